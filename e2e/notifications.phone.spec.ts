import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder } from "./support/pages/merchant.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// Goal: a shopkeeper adds a channel, sees that it works, and hears of the next payment, of what fails and that it is over.

interface ShownReceivers {
  readonly settings: { readonly wecom: { readonly url: string } };
}

test("a channel is added and tested, and tells of the next payment", async ({ page }) => {
  const receivers = (await (await fetch(`${product.sandboxUrl}/control/receivers`)).json()) as ShownReceivers;
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/settings/notifications");
  await expect(admin.heading("通知")).toBeVisible();
  await admin.expectSound();

  await page.getByRole("link", { name: "添加企业微信群机器人" }).click();
  const name = `店长群 ${Date.now()}`;
  await page.getByLabel("名称").fill(name);
  // Of what others do meanwhile, nothing: many messages in a minute would become a digest.
  const events = page.getByRole("group", { name: "发送哪些事" }).getByRole("checkbox");
  for (const event of await events.all()) await event.uncheck();
  await page.getByLabel("收到付款").check();
  await page.getByLabel("收退款的最低金额（元）").fill("6000");
  await page.getByLabel("机器人地址").fill("ftp://nowhere");
  await page.getByRole("button", { name: "保存并启用" }).click();
  await expect(admin.answer).toHaveText("地址不对：要以 https:// 开头");
  await page.getByLabel("机器人地址").fill(receivers.settings.wecom.url);
  await admin.expectSound();
  await page.getByRole("button", { name: "保存并启用" }).click();
  await expect(admin.heading(name)).toBeVisible();
  await admin.expectSound();

  await page.getByRole("button", { name: "发送测试消息" }).click();
  await expect(admin.answer.first()).toHaveText("已送达：0 ok");
  const log = page.getByRole("table", { name: "发送记录" });
  await expect(log.getByRole("row").filter({ hasText: "测试通知" })).toContainText("已送达");

  const order = await createOrder({ items: [{ name: "咖啡机", price: 6666, quantity: 1 }] });
  const opened = await page.request.post(`/api/orders/${order.id}/pay`, { data: { channel: "native" } });
  expect(opened.status()).toBe(200);
  await payInSandbox({ outTradeNo: order.outTradeNo });
  await expect(async () => {
    await page.goto(`${product.sandboxUrl}/receivers?receiver=wecom`);
    const message = page.getByRole("listitem").filter({ hasText: order.outTradeNo }).first();
    await expect(message).toContainText("微信收款 ¥6666.00", { timeout: 500 });
  }).toPass();

  await admin.open("/settings/notifications");
  const card = page.getByTestId("channel").filter({ hasText: name });
  await expect(card).toContainText("正常");
  await card.getByRole("link", { name }).click();
  await expect(log.getByRole("row").filter({ hasText: order.outTradeNo })).toContainText("已送达");
  await page.getByText("删除", { exact: true }).click();
  await page.getByRole("button", { name: "确定删除这个渠道" }).click();
  await expect(page.getByText("渠道已删除")).toBeVisible();
  await expect(page.getByText(name)).toHaveCount(0);
});

test("a clerk sees no channel of the shop, only a device of their own", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  await admin.open("/settings/notifications");
  await expect(page.getByRole("heading", { name: "这台设备" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "添加渠道" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "一键添加全部沙箱渠道" })).toHaveCount(0);
  await admin.expectSound();
  await admin.open("/settings/notifications/new?kind=wecom");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("没有权限");
});
