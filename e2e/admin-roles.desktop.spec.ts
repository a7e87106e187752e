import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";

test("a viewer looks and does nothing more, at any address", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  await expect(page.getByText("目前没有可以做的操作")).toBeVisible();
  await expect(page.getByRole("button", { name: /关闭|查询/ })).toHaveCount(0);
  for (const path of [`/orders/${order.id}/refund`, "/settings/keys", "/settings/users", "/settings/audit"]) {
    await admin.open(path);
    await expect(admin.heading("没有权限")).toBeVisible();
  }
  await admin.expectSound();
  await admin.open("/settings");
  await expect(page).toHaveURL(/\/settings\/account$/);
});

test("a form that was opened before the right was taken away does nothing", async ({ page, browser }) => {
  const clerk = new Admin(page);
  const { id } = await clerk.enterAs("clerk");
  const order = await createOrder();
  await clerk.open(`/orders/${order.id}`);
  await page.getByText("关闭订单", { exact: true }).click();

  const elsewhere = await browser.newContext({ locale: "zh-CN" });
  const owner = new Admin(await elsewhere.newPage());
  await owner.enterAs("owner");
  await owner.open(`/settings/users/${id}`);
  await owner.page.getByRole("button", { name: "更改角色" }).click();
  const dialog = owner.page.getByRole("dialog", { name: "更改角色" });
  await dialog.getByLabel("角色").selectOption("viewer");
  await owner.expectSound();
  await dialog.getByRole("button", { name: "保存角色" }).click();
  await expect(owner.toast).toHaveText("角色已更改");
  await expect(dialog).toHaveCount(0);
  await owner.expectSound();
  await elsewhere.close();

  await page.getByRole("button", { name: "确认关闭" }).click();
  await expect(clerk.answer).toHaveText("你的角色不能做这件事，需要时请联系店主");
  expect((await readOrder(order.id)).status).toBe("pending");
});

test("an owner makes and ends a key, sees the configuration, and everything stands in the records", async ({
  page,
}) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/settings");
  await expect(page.getByText("沙箱", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("api_v3_key").first()).toBeVisible();
  await admin.expectSound();
  await page.getByLabel("选择文件").setInputFiles({
    name: "payment_config.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify({ appid: "wx1", private_key_path: "/etc/passwd" })),
  });
  await page.getByRole("button", { name: "检查并启用" }).click();
  await expect(admin.answer).toContainText("指向一个文件，请直接填入文件内容");
  // The active configuration has its version, and there is no need to go back to it.
  const versions = page.getByTestId("versions").getByRole("listitem");
  await expect(versions.first()).toContainText("正在使用");
  await expect(versions.first()).toContainText("沙箱自带");
  await expect(versions.first().getByText("回到这一版")).toHaveCount(0);

  await admin.open("/settings/keys");
  const name = `钥匙 ${Date.now()}`;
  await page.getByLabel("名称").fill(name);
  await page.getByRole("button", { name: "创建密钥" }).click();
  await expect(admin.answer).toHaveText("请至少勾选一项权限，或者选择全部权限");
  await page.getByTestId("new-key").getByLabel("全部权限").check();
  await page.getByRole("button", { name: "创建密钥" }).click();
  const secret = (await admin.answer.locator("code").nth(1).innerText()).trim();
  expect(secret).toMatch(/^sk_/);
  await admin.expectSound();
  const card = page.getByRole("listitem").filter({ hasText: name });
  await card.getByText("停用", { exact: true }).click();
  await page.getByRole("button", { name: "确认停用" }).click();
  await expect(card.getByText("已停用")).toBeVisible();
  await page.reload();
  await expect(page.getByText(secret)).toHaveCount(0);

  await admin.open("/settings/audit");
  await expect(page.getByRole("row").filter({ hasText: "停用 API 密钥" }).first()).toBeVisible();
  await admin.expectSound();
});

test("a page of a stranger cannot act in our name", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name.endsWith("lingfu_admin"));
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  await page.route("**/admin/orders/*", (route) =>
    route.request().method() === "POST" ? route.abort() : route.continue(),
  );
  await page.getByText("关闭订单", { exact: true }).click();
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST"),
    page.getByRole("button", { name: "确认关闭" }).click(),
  ]);
  // The very form, with the cookie, once from another page and once from ours.
  const send = (origin: string) =>
    page.request.post(sent.url(), { headers: { ...sent.headers(), origin }, data: sent.postDataBuffer() ?? "" });
  await send("https://evil.example");
  expect((await readOrder(order.id)).status).toBe("pending");
  await send(new URL(page.url()).origin);
  expect((await readOrder(order.id)).status).toBe("closed");
});
