import { expect, test } from "@playwright/test";
import { beijingDay } from "../lib/base/beijing-time.ts";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";
import { PayPage } from "./support/pages/pay-page.ts";
import { payInSandbox, setFaults } from "./support/pages/sandbox.ts";

// With the mouse alone: an order is paid, refunded twice in part and reconciled; then the bill lies about it, and the lie is
// asked about, closed with a reason and exported. Other tests sell at the same time, so it looks at its own order only.

async function paidOrder(page: import("@playwright/test").Page) {
  const order = await createOrder();
  await new PayPage(page).open(order.id, "?by=native");
  const pay = () =>
    payInSandbox({ outTradeNo: order.outTradeNo }).then(
      () => true,
      () => false,
    );
  await expect.poll(pay).toBe(true);
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  return order;
}

/** Gives a part back, as somebody in the shop does. */
async function refundPart(admin: Admin, orderId: string, yuan: string) {
  const { page } = admin;
  await admin.open(`/orders/${orderId}`);
  await page.locator("#content").getByRole("link", { name: "退款", exact: true }).click();
  await page.getByLabel("退一部分").check();
  await page.getByLabel("退款金额（元）").fill(yuan);
  await page.getByRole("button", { name: "预览" }).click();
  await page.getByRole("button", { name: /^确认退款/ }).click();
  await expect(page.getByText("退款已提交")).toBeVisible();
}

test("paid, refunded twice, reconciled; a lie of the bill is asked about and closed", async ({ page, context }) => {
  // WeChat wants a minute between two refunds of one order.
  test.setTimeout(240_000);
  const admin = new Admin(page);
  const { email } = await admin.enterAs("finance");
  const order = await paidOrder(await context.newPage());
  await refundPart(admin, order.id, "8");
  await refundPart(admin, order.id, "4.5");
  await expect
    .poll(async () => (await readOrder(order.id)).amountRefunded, { timeout: 120_000, intervals: [2_000] })
    .toBe(1250);

  const day = beijingDay(new Date());
  await setFaults({ bill: { alwaysReady: true } });
  await page.getByRole("link", { name: "对账", exact: true }).click();
  await expect(admin.heading("对账")).toBeVisible();
  await admin.expectSound();
  await page.getByRole("button", { name: /^对哪一天的账/ }).click();
  await page.getByRole("button", { name: /^今天/ }).click();
  await page.getByRole("button", { name: "立即对账" }).click();
  await expect(admin.heading(`对账 ${day}`)).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "收款" })).toBeVisible();
  const mine = page.getByTestId("difference").filter({ hasText: order.outTradeNo });
  await expect(mine).toHaveCount(0);
  await admin.expectSound();

  await setFaults({ bill: { omit: [order.outTradeNo] } });
  await page.getByRole("button", { name: "重新对账" }).click();
  await expect(mine).toContainText("店里有，账单没有");
  await expect(mine).toContainText("¥38.00");
  await admin.expectSound();
  await mine.getByRole("button", { name: "向微信查询并更正" }).click();
  await expect(mine.getByTestId("answer").first()).toContainText("微信确认已付款 ¥38.00");
  expect((await readOrder(order.id)).amountRefunded).toBe(1250);
  await admin.open("/alerts");
  const alert = page.getByTestId("alert").filter({ hasText: "对账发现差异" }).first();
  await alert.getByRole("link", { name: `对账 ${day}` }).click();
  await mine.getByText("写明原因结案", { exact: true }).click();
  await page.getByRole("textbox", { name: "原因" }).fill("账单次日更正");
  await page.getByRole("button", { name: "确认结案" }).click();
  await expect(mine).toContainText("已处理");
  await expect(mine).toContainText("账单次日更正");
  await expect(mine).toContainText(email);
  await admin.expectSound();
  await mine.getByRole("link", { name: "查看订单" }).click();
  await expect(admin.heading(`订单 ${order.outTradeNo}`)).toBeVisible();

  const table = await page.request.get(`/admin/reconciliation/${day}/differences.csv`);
  expect(table.headers()["content-type"]).toContain("text/csv");
  const line = (await table.text()).split("\r\n").find((each) => each.includes(order.outTradeNo));
  expect(line).toContain(`,'${order.outTradeNo},`);
  expect(line).toContain(",店里有，账单没有,");
  expect(line).toMatch(/,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/);
  await admin.open("/settings/audit");
  for (const action of ["结案一处差异", "就一处差异向微信查询", "立即对账", "下载差异"]) {
    await expect(page.getByRole("row").filter({ hasText: action }).filter({ hasText: email }).first()).toBeVisible();
  }
  await setFaults({ bill: { omit: [] } });
});

test("a viewer looks, a stranger does not; a day that is none is not found", async ({ page, browser }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.open("/reconciliation");
  await expect(admin.heading("对账")).toBeVisible();
  await expect(page.getByRole("button", { name: "立即对账" })).toHaveCount(0);
  const yesterday = beijingDay(new Date(Date.now() - 86_400_000));
  await admin.open(`/reconciliation/${yesterday}`);
  await expect(admin.heading(`对账 ${yesterday}`)).toBeVisible();
  await expect(page.getByRole("button", { name: /对账/ })).toHaveCount(0);
  await admin.expectSound();
  await admin.open("/reconciliation/2026-02-30");
  await expect(admin.heading("没有找到")).toBeVisible();
  const stranger = await browser.newContext();
  const answer = await stranger.request.get(
    `${new URL(page.url()).origin}/admin/reconciliation/${yesterday}/differences.csv`,
  );
  expect(answer.status()).toBe(401);
  await stranger.close();
});
