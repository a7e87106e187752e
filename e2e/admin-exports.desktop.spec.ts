import { expect, test } from "@playwright/test";
import { monthText } from "../components/admin/moments.ts";
import { beijingDay } from "../lib/base/beijing-time.ts";
import { Admin } from "./support/pages/admin.ts";
import { createOrder } from "./support/pages/merchant.ts";
import { secretsIn } from "./support/product-secrets.ts";

// Goal: who may takes the filtered list and the month with them, who may not is told so, and the audit log knows.

test("the owner downloads a filtered list and the month's statement; the audit log says so", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  const description = `导出 ${Date.now()}`;
  const [order] = [await createOrder({ description }), await createOrder()];
  await page.goto(`/admin/orders?q=${encodeURIComponent(description)}`);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "导出 CSV 表格" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^orders-20\d\d-\d\d-\d\d-\d{4}\.csv$/);
  const address = download.url();
  const text = await (await page.request.get(address)).text();
  expect(secretsIn(text)).toEqual([]);
  const lines = text.trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("订单号,下单时间");
  expect(lines[1]).toContain(`${order.outTradeNo},`);
  expect(lines[1]).toContain(",38.00,");
  const excel = await page.request.get(address.replace(".csv", ".xlsx"));
  expect(excel.headers()["content-type"]).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  expect((await excel.body()).subarray(0, 2).toString()).toBe("PK");
  await admin.expectSound();

  await admin.open("/statements");
  const month = beijingDay(new Date()).slice(0, 7);
  await admin.expectSound();
  const pdf = page.waitForEvent("download");
  await page.getByRole("link", { name: `${monthText(month, "zh-CN")} 的 PDF 月结单` }).click();
  expect((await pdf).suggestedFilename()).toBe(`statement-${month}.pdf`);
  expect((await page.request.get("/admin/statements/2031-01/statement.pdf")).status()).toBe(404);
  await admin.open("/settings/audit");
  await expect(page.getByText("导出订单").first()).toBeVisible();
  await expect(page.getByText("导出月结单").first()).toBeVisible();
});

test("a clerk sees no export and gets none by its address; a stranger neither", async ({ page, request }) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  await admin.open("/orders");
  await expect(admin.heading("订单")).toBeVisible();
  await expect(page.getByRole("link", { name: "导出 CSV 表格" })).toHaveCount(0);
  for (const address of [
    "orders/export.csv",
    "orders/export.xlsx",
    "refunds/export.csv",
    "statements/2026-11/statement.pdf",
  ]) {
    const answer = await page.request.get(`/admin/${address}`);
    expect(answer.status()).toBe(403);
    expect(await answer.text()).toBe("您的角色不能导出，请联系店主。");
    expect((await request.get(`/admin/${address}`)).status()).toBe(401);
  }
});
