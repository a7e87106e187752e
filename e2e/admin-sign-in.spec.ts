import { expect, test } from "@playwright/test";
import { generateSync } from "otplib";
import { Admin, addPerson } from "./support/pages/admin.ts";

test("no page opens without signing in, and a first password leads only to a new one", async ({ page }) => {
  const admin = new Admin(page);
  for (const path of ["", "/orders", "/refunds", "/settings/users"]) {
    await admin.open(path);
    await expect(page).toHaveURL(/\/admin\/sign-in$/);
  }
  await admin.expectSound();
  const person = await addPerson("clerk");
  await admin.signIn({ ...person, password: "not the password" });
  await expect(admin.answer).toHaveText("邮箱或密码不对");
  await expect(page.getByLabel("邮箱")).toHaveValue(person.email);
  await admin.signIn(person);
  await expect(admin.heading("设置新密码")).toBeVisible();
  await admin.open("/orders");
  await expect(page).toHaveURL(/\/admin\/password$/);
  await admin.changePassword(person.password, "password1234");
  await expect(admin.answer).toHaveText("太容易猜到，请换一个");
  await admin.changePassword(person.password, "seven green teapots");
  await expect(admin.heading("今日概览")).toBeVisible();
});

test("wrong passwords are slowed down", async ({ page }) => {
  const admin = new Admin(page);
  const person = await addPerson("viewer");
  await admin.open();
  for (let i = 0; i < 5; i++) {
    await admin.signIn({ ...person, password: `wrong ${i}` });
    await expect(admin.answer).toHaveText("邮箱或密码不对");
    await page.reload();
  }
  await admin.signIn(person);
  await expect(admin.answer).toHaveText(/尝试次数太多，请 \d+ 秒后再试/);
});

test("a second factor is set up, asked for, and one's own devices are signed out", async ({ page, browser }) => {
  const admin = new Admin(page);
  const person = await admin.enterAs("finance");
  await admin.open("/settings/account");
  await page.getByRole("link", { name: "开始设置" }).click();
  const secret = (await page.locator("code").innerText()).replaceAll(" ", "");
  await admin.expectSound();
  // One step back, which the phone's tolerance allows, so that the next code is another one.
  const now = Math.floor(Date.now() / 1_000);
  await page.getByLabel("验证码").fill(generateSync({ secret, epoch: now - 30 }));
  await page.getByRole("button", { name: "开启" }).click();
  await expect(page.getByText("已开启。登录时需要输入验证码。")).toBeVisible();

  const elsewhere = await browser.newContext({ locale: "zh-CN" });
  const other = new Admin(await elsewhere.newPage());
  await other.open();
  await other.signIn(person);
  await expect(other.heading("输入验证码")).toBeVisible();
  await other.open("/orders");
  await expect(other.page).toHaveURL(/\/admin\/sign-in\/code$/);
  await other.page.getByLabel("验证码").fill(generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) }));
  await other.page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(other.heading("今日概览")).toBeVisible();

  await admin.open("/settings/account");
  await page.getByText("退出这台设备", { exact: true }).click();
  await page.getByRole("button", { name: "确认退出" }).click();
  await expect(page.getByText("最近使用")).toHaveCount(1);
  await other.open("/orders");
  await expect(other.page).toHaveURL(/\/admin\/sign-in$/);
  await elsewhere.close();
});

test("English, and out again", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.chooseInAccount("账号", "English");
  await expect(admin.heading("Today")).toBeVisible();
  await admin.expectSound();
  await admin.chooseInAccount("Account", "Sign out");
  await expect(admin.heading("Sign in")).toBeVisible();
  await page.goBack();
  await admin.open("/orders");
  await expect(page).toHaveURL(/\/admin\/sign-in$/);
});
