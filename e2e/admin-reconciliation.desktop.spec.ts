import { expect, test } from "@playwright/test";
import { fullDay } from "../components/admin/moments.ts";
import { beijingDay } from "../lib/base/beijing-time.ts";
import { Admin } from "./support/pages/admin.ts";

// What is done with differences: shopkeepers-day.phone.spec.ts.

test("a viewer looks, a stranger does not; a day that is none is not found", async ({ page, browser }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.open("/reconciliation");
  await expect(admin.heading("对账")).toBeVisible();
  await expect(page.getByRole("button", { name: "立即对账" })).toHaveCount(0);
  const yesterday = beijingDay(new Date(Date.now() - 86_400_000));
  await admin.open(`/reconciliation/${yesterday}`);
  await expect(admin.heading(`对账 ${fullDay(yesterday, "zh-CN")}`)).toBeVisible();
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
