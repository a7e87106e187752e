import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";

test("finance has everything examined; a clerk may not", async ({ page, browser }) => {
  const admin = new Admin(page);
  await admin.enterAs("finance");
  await admin.open("/settings/doctor");
  await expect(admin.heading("体检")).toBeVisible();
  await expect(page.getByTestId("findings"), "nothing is asked of WeChat before somebody asks").toHaveCount(0);
  await page.getByRole("button", { name: "开始体检" }).click();
  // The product under test runs in its sandbox, where all is well: WeChat's own test notice comes in.
  await expect(page.getByTestId("findings")).toBeVisible();
  await expect(page.getByTestId("findings")).not.toHaveAttribute("data-result", "failed");
  await expect(page.getByText("微信的测试回调已收到并验证")).toBeVisible();
  await admin.expectSound();

  const elsewhere = await browser.newContext({ locale: "zh-CN" });
  const clerk = new Admin(await elsewhere.newPage());
  await clerk.enterAs("clerk");
  await clerk.open("/settings/doctor?run=1");
  await expect(clerk.heading("没有权限")).toBeVisible();
  await elsewhere.close();
});
