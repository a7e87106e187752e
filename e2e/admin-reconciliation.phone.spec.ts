import { expect, test } from "@playwright/test";
import { beijingDay } from "../lib/base/beijing-time.ts";
import { Admin } from "./support/pages/admin.ts";

test("on a phone: the days, a day without a run, and what WeChat cannot give yet", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await page.getByRole("link", { name: "对账", exact: true }).click();
  await expect(admin.heading("对账")).toBeVisible();
  await admin.expectSound();
  const past = beijingDay(new Date(Date.now() - 20 * 86_400_000));
  await admin.open(`/reconciliation/${past}`);
  await expect(page.getByText("这一天还没有对过账")).toBeVisible();
  await admin.expectSound();
  await page.getByRole("button", { name: "立即对账" }).click();
  await expect(page.getByText("没有差异", { exact: true })).toBeVisible();
  await expect(page.getByText("没有交易")).toBeVisible();
  await admin.expectSound();
});
