import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";
import { PayPage } from "./support/pages/pay-page.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";

/** An order of this price that a shopper has paid. */
async function paidOrder(page: Page, description: string) {
  const order = await createOrder({ description });
  await new PayPage(page).open(order.id, "?by=native");
  await expect
    .poll(async () =>
      payInSandbox({ outTradeNo: order.outTradeNo }).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  return order;
}

const figure = (page: Page, label: string) =>
  page.getByTestId("figure").filter({ has: page.getByRole("link", { name: label, exact: true }) });
const amountIn = (text: string): string => /¥[\d,]+\.\d\d/.exec(text)?.[0] ?? "";

test("today's takings lead to exactly the orders they are the sum of", async ({ page, context }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await paidOrder(await context.newPage(), "概览的一单");
  await admin.open();
  await expect(admin.heading("今日概览")).toBeVisible();
  const paid = figure(page, "今日收款");
  await expect(paid).toBeVisible();
  await admin.expectSound();
  // Other tests take money meanwhile, so figure and list are read until they are of one moment.
  await expect(async () => {
    await admin.open();
    const shown = amountIn(await paid.getByTestId("figure-value").innerText());
    await paid.getByRole("link", { name: "今日收款", exact: true }).click();
    await expect(admin.heading("订单")).toBeVisible();
    await expect(page.getByTestId("narrowed")).toContainText("付款时间");
    const sums = await page.getByTestId("sums").innerText();
    expect(sums).toContain(`收款 ${shown}`);
  }).toPass();
  await expect(page.getByRole("link", { name: /^去掉这个条件/ })).toBeVisible();
  await admin.expectSound();
});

test("a payment shows on the first page by itself, and each figure says where it comes from", async ({
  page,
  context,
}) => {
  const admin = new Admin(page);
  await paidOrder(await context.newPage(), "先有一单");
  await admin.enterAs("clerk");
  await paidOrder(await context.newPage(), "自己出现的一单");
  await expect(page.getByRole("link", { name: "自己出现的一单" })).toBeVisible();
  const net = figure(page, "今日净收");
  await net.getByText("?").click();
  await expect(net.getByText("今天的收款减去今天退出的款")).toBeVisible();
});

test("the chart is drawn, read by the keys, and stands as a table", async ({ page, context }) => {
  const admin = new Admin(page);
  await paidOrder(await context.newPage(), "图上的一单");
  await admin.enterAs("finance");
  await admin.open("/trends");
  const chart = page.getByTestId("chart");
  // It is drawn once it comes into view, which on a phone is further down.
  await chart.scrollIntoViewIfNeeded();
  await expect(chart).toHaveAttribute("data-drawn", "true");
  await page.getByRole("slider").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("readout")).toContainText("收款 ¥");
  await page.getByText("看数字").click();
  await expect(page.getByRole("table", { name: "收款" })).toBeVisible();
  await admin.expectSound();
  const picture = page.waitForEvent("download");
  await page.getByRole("button", { name: "保存图片" }).click();
  expect((await picture).suggestedFilename()).toBe("收款.png");
});

test("split by way of paying, each part leads to its orders; the table is a file", async ({ page, context }) => {
  const admin = new Admin(page);
  await paidOrder(await context.newPage(), "分开看的一单");
  await admin.enterAs("owner");
  await admin.open("/trends?split=channel");
  const parts = page.getByRole("list", { name: "各占多少" });
  await expect(parts.getByRole("link", { name: "扫码" })).toBeVisible();
  await admin.expectSound();
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载表格（CSV）" }).click();
  const table = await readFile(await (await file).path(), "utf8");
  expect(table.split("\r\n")[0]).toContain("从,到,分项,订单");
  expect(table).toContain(",扫码,");
  await parts.getByRole("link", { name: "扫码" }).click();
  await expect(page.getByTestId("narrowed")).toContainText("付款方式: 扫码");
});

test("without scripts the pictures are there, and their tables", async ({ page, browser }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  const quiet = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
    locale: "zh-CN",
  });
  const still = await quiet.newPage();
  await still.goto("/admin/trends");
  await expect(still.getByTestId("chart").first()).toHaveAttribute("data-drawn", "false");
  await still.getByText("看数字").first().click();
  await expect(still.getByRole("table", { name: "收款" })).toBeVisible();
  await quiet.close();
});

test("insights are pictures with what they mean, in words", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.open("/insights");
  await expect(admin.heading("洞察")).toBeVisible();
  await expect(page.getByText("95%")).toHaveCount(0);
  await admin.expectSound();
});
