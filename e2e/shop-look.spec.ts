import { expect, test } from "@playwright/test";
import sharp from "sharp";
import { Admin } from "./support/pages/admin.ts";
import { createOrder } from "./support/pages/merchant.ts";
import { PayPage } from "./support/pages/pay-page.ts";

// Goal: the owner sees the new look before it is kept, and shoppers see it as soon as it is; everything is taken back at the end,
// since the shop is that of all tests.

test("the owner tries a look, keeps it, and the next pay page has it; then the old one again", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/settings/look");
  const pay = new PayPage(page);
  const { id } = await createOrder();
  const name = `面馆${Date.now() % 100_000}`;
  await page.getByLabel("主色", { exact: true }).fill("#ffd54f");
  await expect(page.getByText("按钮文字用深色，对比度 13.3 : 1，看得清（AA）")).toBeVisible();
  await page.getByLabel("店名").fill(name);
  const frame = page.frameLocator('iframe[title="手机上的样子"]');
  await expect(frame.locator(".pay-stage strong")).toHaveText(name);
  const kept = page.getByRole("button", { name: "保存外观" });
  await kept.click();
  await expect(admin.answer.or(page.getByText("使用中")).first()).toBeVisible();
  await pay.open(id);
  await expect(page.locator("header strong")).toHaveText(name);

  await admin.open("/settings/look");
  const picture = sharp({ create: { width: 300, height: 300, channels: 3, background: "#d4380d" } });
  const file = { name: "logo.png", mimeType: "image/png", buffer: await picture.png().toBuffer() };
  await page.getByLabel("选择图片").setInputFiles({ ...file, buffer: Buffer.from("GIF89a") });
  await page.getByRole("button", { name: "上传标志" }).click();
  await expect(admin.answer).toHaveText("只能用 PNG、JPEG、WebP 或 SVG 图片");
  await page.getByLabel("选择图片").setInputFiles(file);
  await page.getByRole("button", { name: "上传标志" }).click();
  await expect(page.getByRole("button", { name: "去掉标志" })).toBeVisible();
  await admin.expectSound();
  await pay.open(id);
  const mark = page.locator("header").getByTestId("shop-mark");
  await expect.poll(() => mark.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(256);

  await admin.open("/settings/look");
  await page.getByLabel("店名").fill("");
  await page.getByLabel("主色", { exact: true }).fill("");
  await kept.click();
  await page.getByRole("button", { name: "去掉标志" }).click();
  await expect(page.getByRole("button", { name: "去掉标志" })).toHaveCount(0);
  await pay.open(id);
  await expect(page.locator("header strong")).not.toHaveText(name);
});
