import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";

test("somebody joins by a link, adds a passkey, signs in with it alone, and the owner shuts them out", async ({
  page,
  browser,
}) => {
  // Two people, one after the other.
  test.slow();
  const owner = new Admin(page);
  await owner.enterAs("owner");
  await owner.open("/settings/users");
  const email = `guest-${process.pid}-${Date.now()}@shop.test`;
  await page.getByRole("button", { name: "邀请" }).click();
  await page.getByLabel("对方的邮箱").fill(email);
  await page.getByRole("button", { name: "生成链接" }).click();
  const link = await owner.answer.locator("code").innerText();
  await expect(owner.answer.locator("figure svg")).toBeVisible();

  const elsewhere = await browser.newContext({ locale: "zh-CN" });
  const guest = new Admin(await elsewhere.newPage());
  await guest.page.goto(link);
  await guest.expectSound();
  await guest.page.getByLabel("姓名").fill("Wang Xiaoming");
  await guest.page.getByLabel("设置密码").fill("nine blue kettles");
  await guest.page.getByRole("button", { name: "加入并登录" }).click();
  await expect(guest.heading("今日概览")).toBeVisible();
  await guest.page.goto(link);
  await expect(guest.heading("这个链接已经用过了")).toBeVisible();

  const devtools = await elsewhere.newCDPSession(guest.page);
  await devtools.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
  } as const;
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await guest.open("/settings/account");
  await guest.page.getByLabel("名称").fill("我的手机");
  await guest.page.getByRole("button", { name: "添加通行密钥" }).click();
  await expect(guest.page.getByTestId("passkey-answer")).toHaveText("通行密钥已添加");
  await guest.page.getByRole("button", { name: "生成恢复码" }).click();
  await expect(guest.page.getByTestId("recovery-codes").getByRole("listitem")).toHaveCount(10);
  await guest.chooseInAccount("账号", "退出登录");
  await guest.page.getByRole("button", { name: "用通行密钥登录" }).click();
  await expect(guest.heading("今日概览")).toBeVisible();

  await owner.open("/settings/users");
  await page.getByRole("listitem").filter({ hasText: email }).getByRole("link").click();
  await page.getByRole("button", { name: "退出这台设备" }).click();
  await page.getByRole("button", { name: "确认退出" }).click();
  await expect(owner.toast).toHaveText("已退出");
  await guest.open("/orders");
  await expect(guest.page).toHaveURL(/\/admin\/sign-in$/);
  await elsewhere.close();
});
