import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { product } from "./support/product.ts";

test("a webhook endpoint hangs on its key: it ends with it, and an owner may keep it", async ({ page, request }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/settings/keys");
  const name = `商城服务器 ${Date.now()}`;
  await page.getByLabel("名称").fill(name);
  const fields = page.getByTestId("new-key");
  for (const scope of ["查看订单", "查看退款", "添加和删除 Webhook 地址"]) await fields.getByLabel(scope).check();
  await page.getByRole("button", { name: "创建密钥" }).click();
  const secret = (await admin.answer.locator("code").nth(1).innerText()).trim();

  const url = `${product.url}/hook-${Date.now()}`;
  const made = await request.post("/api/v1/webhook-endpoints", {
    headers: { authorization: `Bearer ${secret}` },
    data: { url, events: ["order.paid", "refund.succeeded"] },
  });
  expect(made.status()).toBe(201);
  const { id } = await made.json();
  await admin.open(`/settings/webhooks/${id}`);
  await expect(page.getByText(url)).toBeVisible();
  await expect(page.getByText("发送中")).toBeVisible();
  await expect(page.getByText(`由密钥「${name}」创建`)).toBeVisible();

  // The shop's own address answers 404 there: the log has the request and the answer.
  await page.getByRole("button", { name: "发送测试消息" }).click();
  await expect(admin.answer.first()).toContainText("答复 404");
  await admin.expectSound();
  await page.getByRole("link", { name: "测试消息" }).click();
  await expect(admin.heading("测试消息")).toBeVisible();
  await expect(page.getByLabel("正文", { exact: true })).toHaveValue(/webhook\.test/);
  await admin.expectSound();

  await admin.open("/settings/keys");
  const key = page.getByRole("listitem").filter({ hasText: name });
  await expect(key).toContainText("最近使用");
  await key.getByText("停用", { exact: true }).click();
  await page.getByRole("button", { name: "确认停用" }).click();
  await expect(key.getByText("已停用", { exact: true })).toBeVisible();
  await admin.open(`/settings/webhooks/${id}`);
  await expect(page.getByText("创建它的密钥已停用")).toBeVisible();

  await page.getByText("保留", { exact: true }).click();
  await page.getByRole("button", { name: "重新启用并保留" }).click();
  await expect(page.getByText("发送中")).toBeVisible();
  await expect(page.getByText(/由 .+@shop\.test 保留/)).toBeVisible();

  await admin.open("/settings/audit");
  await expect(page.getByRole("row").filter({ hasText: "保留 Webhook 地址" }).first()).toContainText("owner-");
  await expect(page.getByRole("row").filter({ hasText: "添加 Webhook 地址" }).first()).toContainText("key_");
  await admin.expectSound();
});

test("a changed password leaves this browser signed in with a new session, and wrong ones are paused", async ({
  page,
}) => {
  const admin = new Admin(page);
  const person = await admin.enterAs("finance");
  const session = async () =>
    (await page.context().cookies()).find(({ name }) => name.endsWith("lingfu_admin"))?.value ?? "";
  const before = await session();
  await admin.open("/settings/account");
  await admin.changePassword("not the password", "nine purple kettles");
  await expect(admin.answer.first()).toHaveText("当前密码不对");
  await admin.changePassword(person.password, "nine purple kettles");
  await expect(admin.answer.first()).toHaveText(/密码已更改|已更改/);
  expect(await session()).not.toBe(before);
  await page.reload();
  await expect(page.getByText("最近使用")).toHaveCount(1);
  await admin.expectSound();

  for (let i = 0; i < 5; i++) {
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await admin.changePassword(`wrong ${i}`, "eleven grey jugs");
    await answered;
  }
  await admin.changePassword("nine purple kettles", "eleven grey jugs");
  await expect(admin.answer.first()).toHaveText(/尝试次数太多，请 \d+ 秒后再试/);
});
