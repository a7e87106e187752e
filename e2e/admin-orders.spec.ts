import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { closeOrder, createOrder, readOrder } from "./support/pages/merchant.ts";
import { PayPage } from "./support/pages/pay-page.ts";
import { payInSandbox, payOnceOpen } from "./support/pages/sandbox.ts";

/** An order that was paid, with everything that belongs to it. */
async function paidOrder(page: import("@playwright/test").Page) {
  const order = await createOrder();
  await new PayPage(page).open(order.id, "?by=native");
  await payOnceOpen(order.outTradeNo);
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  return order;
}

test("the list shows a new order by itself, finds it, and leads to it", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.open("/orders");
  await expect(admin.heading("订单")).toBeVisible();
  const order = await createOrder({ description: "活的列表" });
  await expect(page.getByRole("link", { name: order.outTradeNo })).toBeVisible();
  await admin.expectSound();
  await page.getByLabel("搜索").fill(order.outTradeNo);
  await page.getByRole("button", { name: "筛选" }).click();
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("link", { name: order.outTradeNo }).click();
  await expect(admin.heading(`订单 ${order.outTradeNo}`)).toBeVisible();
  await page.goto(`/admin/orders?q=${order.outTradeNo}&status=paid`);
  await expect(page.getByText("没有符合条件的订单")).toBeVisible();
  await page.goto("/admin/orders/ord_nothing");
  await expect(admin.heading("没有找到")).toBeVisible();
});

test("an order is asked about and closed, and the story says by whom", async ({ page }) => {
  const admin = new Admin(page);
  const { email } = await admin.enterAs("clerk");
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  await page.getByRole("button", { name: "向微信查询" }).click();
  await expect(admin.answer).toHaveText("已向微信核对：目前还没有付款");
  await page.getByText("关闭订单", { exact: true }).click();
  await page.getByRole("button", { name: "确认关闭" }).click();
  await expect(admin.timeline).toContainText("订单已关闭");
  await expect(admin.timeline).toContainText(email);
  expect((await readOrder(order.id)).status).toBe("closed");
  await admin.expectSound();
});

test("a payment appears in the open order by itself", async ({ page, context }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  const shopper = await context.newPage();
  await new PayPage(shopper).open(order.id, "?by=native");
  await payOnceOpen(order.outTradeNo);
  await expect(admin.timeline).toContainText("收到付款 ¥38.00");
  await expect(admin.timeline).toContainText("收到微信的付款通知");
});

test("money goes back by item and by amount: previewed, done once, in the story", async ({ page, context }) => {
  const admin = new Admin(page);
  await admin.enterAs("finance");
  const order = await paidOrder(await context.newPage());
  await admin.open(`/orders/${order.id}`);
  await page.locator("#content").getByRole("link", { name: "退款", exact: true }).click();
  await expect(admin.heading(/^退款 ·/)).toBeVisible();
  await page.getByLabel("按商品退").check();
  await page.getByLabel(/黄油可颂/).fill("1");
  await page.getByLabel(/退款原因/).fill("卖完了");
  await admin.expectSound();
  await page.getByRole("button", { name: "预览" }).click();
  await expect(page.getByTestId("refund-amount")).toHaveText("¥12.00");
  await admin.expectSound();
  const preview = page.url();
  await page.getByRole("button", { name: "确认退款 ¥12.00" }).click();
  await expect(page.getByText("退款已提交")).toBeVisible();
  await expect(admin.timeline).toContainText("退款已申请 ¥12.00");
  await expect.poll(async () => (await readOrder(order.id)).amountRefunded).toBe(1200);
  await expect(admin.timeline).toContainText("退款成功 ¥12.00");

  await page.goto(preview);
  await expect(page.getByRole("alert").filter({ hasText: "超过了可退的金额" })).toBeVisible();
  await page.goto(`/admin/orders/${order.id}/refund?how=part&amount=26.01`);
  await expect(page.getByRole("alert").filter({ hasText: "26.00" })).toBeVisible();
  await page.goto(`/admin/orders/${order.id}/refund?how=part&amount=1.5`);
  await expect(page.getByTestId("refund-amount")).toHaveText("¥1.50");
  // WeChat wants a minute between two refunds of one order.
  await expect(page.getByText("自动发送")).toBeVisible();
  await admin.open("/refunds");
  await expect(page.getByText(order.outTradeNo, { exact: true }).first()).toBeVisible();
  await admin.expectSound();
});

test("a late payment stands among what is to do, and is accepted", async ({ page, context }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  const order = await createOrder();
  const shopper = await context.newPage();
  await new PayPage(shopper).open(order.id, "?by=native");
  await expect(new PayPage(shopper).code).toBeVisible();
  await closeOrder(order.id);
  await payInSandbox({ outTradeNo: order.outTradeNo, force: true });
  await admin.open("/alerts");
  const alert = page.getByTestId("alert").filter({ hasText: order.outTradeNo });
  await expect(alert).toContainText("订单关闭后收到付款");
  await admin.expectSound();
  await alert.getByRole("link", { name: "查看订单" }).click();
  await expect(page.getByTestId("extra-payment")).toBeVisible();
  await page.getByText("接受这笔付款", { exact: true }).click();
  await page.getByRole("button", { name: "确认接受，订单变为已付款" }).click();
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  await expect(admin.timeline).toContainText("接受迟到的付款");
});

/** A phone's conditions. */
async function unfold(page: import("@playwright/test").Page) {
  const more = page.getByRole("button", { name: "更多条件" });
  if (await more.isVisible()) await more.click();
}

test("a view is saved, seen first, and taken away; columns are one's own", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  const name = `view ${Date.now()}`;
  const order = await createOrder({ description: name });
  await page.goto(`/admin/orders?q=${encodeURIComponent(name)}`);
  await page.getByRole("button", { name: "保存为视图" }).click();
  const dialog = page.getByRole("dialog", { name: "保存当前的筛选" });
  await dialog.getByLabel("名称").fill(name);
  await dialog.getByLabel("给团队里的人也看").check();
  await dialog.getByLabel("打开列表时先显示它").check();
  await admin.expectSound();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(admin.toast).toHaveText(`已保存视图“${name}”`);
  await admin.open("/orders");
  await expect(page.getByRole("link", { name: order.outTradeNo })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("link", { name, exact: true })).toHaveAttribute("aria-current", "page");

  await page.getByRole("button", { name: "列", exact: true }).click();
  await page.getByRole("dialog").getByLabel("微信支付单号").check();
  await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await expect(admin.toast.last()).toHaveText("已保存显示的列");
  await expect(page.getByRole("columnheader", { name: "微信支付单号" })).toHaveCount(1);
  await page.getByRole("button", { name: "管理视图" }).click();
  await page.getByRole("button", { name: `删除: ${name}` }).click();
  await expect(admin.toast.last()).toContainText(`已删除视图“${name}”`);
  await admin.open("/orders");
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("the list by keyboard, filtered by how it was paid and what for", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  const name = `键盘 ${Date.now()}`;
  const orders = [await createOrder({ description: name }), await createOrder({ description: name })];
  await page.goto(`/admin/orders?q=${encodeURIComponent(name)}`);
  const rows = page.locator("main tbody tr a[href]");
  await expect(rows).toHaveCount(2);
  await expect(async () => {
    await page.locator("body").press("j");
    await expect(rows.first()).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.first()).toBeFocused();
  await page.keyboard.press("/");
  const search = page.getByLabel("搜索");
  await expect(search).toBeFocused();
  await search.press("End");
  await page.keyboard.type("jk/");
  await expect(search).toHaveValue(`${name}jk/`);
  await search.fill(name);
  await unfold(page);
  await page.getByRole("combobox", { name: "付款方式" }).selectOption("h5");
  await page.getByRole("button", { name: "筛选" }).click();
  await expect(page.getByText("没有符合条件的订单")).toBeVisible();
  await unfold(page);
  await expect(page.getByRole("combobox", { name: "付款方式" })).toHaveValue("h5");
  await page.getByRole("link", { name: "去掉这个条件：付款方式: 手机浏览器" }).click();
  await expect(rows).toHaveCount(2);
  await page.goto(`/admin/orders?q=${encodeURIComponent(name)}`);
  await rows.first().focus();
  await page.keyboard.press("Enter");
  await expect(admin.heading(`订单 ${orders[1]?.outTradeNo}`)).toBeVisible();
});
