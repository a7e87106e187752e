import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";

// Goal: the owner sees a new look before it is kept. Nothing is kept here, since the shop is that of all tests: what shoppers see
// then is in shop-looks.db.test.ts.

test("the owner tries a look on a phone beside the form, and a picture that is none is refused", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/settings/look");
  const name = `面馆${Date.now() % 100_000}`;
  await page.getByLabel("主色", { exact: true }).fill("#ffd54f");
  await expect(page.getByText("按钮文字用深色，对比度 13.3 : 1，看得清（AA）")).toBeVisible();
  await page.getByLabel("店名").fill(name);
  const frame = page.frameLocator('iframe[title="手机上的样子"]');
  await expect(frame.locator(".pay-stage strong")).toHaveText(name);
  await page
    .getByLabel("选择图片")
    .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("GIF89a") });
  await page.getByRole("button", { name: "上传标志" }).click();
  await expect(admin.answer).toHaveText("只能用 PNG、JPEG、WebP 或 SVG 图片");
  await admin.expectSound();
});
