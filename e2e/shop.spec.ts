import { expect, test } from "@playwright/test";
import { PayPage, watchLayout } from "./support/pages/pay-page.ts";
import { Shop } from "./support/pages/shop.ts";

test("a shopper picks goods and stands at the pay page with the exact amount", async ({ page }, info) => {
  const shop = new Shop(page);
  const shifted = await watchLayout(page);
  await shop.open();
  await expect(page.getByRole("button", { name: "去结算" })).toBeDisabled();
  await shop.add("燕麦拿铁");
  await shop.add("青柠气泡水");
  await shop.add("青柠气泡水");
  await expect(shop.total).toHaveText("¥65.80");
  await page.screenshot({ path: info.outputPath("shop.png") });
  await new PayPage(page).expectAccessible();
  expect(await shifted()).toBeLessThanOrEqual(0.02);
  await shop.checkOut();
  const pay = new PayPage(page);
  await expect(pay.amount).toHaveText("¥65.80");
  await expect(page.getByText("青柠气泡水")).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the shop sells all the same", async ({ page }) => {
    const shop = new Shop(page);
    await shop.open();
    await shop.add("黄油可颂");
    await shop.add("黄油可颂");
    await page.getByRole("button", { name: "减少 黄油可颂" }).click();
    await expect(shop.total).toHaveText("¥14.00");
    await shop.checkOut();
    await expect(new PayPage(page).amount).toHaveText("¥14.00");
  });
});

test("the basket says what the pay page will ask for, offers included", async ({ page }) => {
  const shop = new Shop(page);
  await shop.open();
  await shop.add("手冲耶加雪菲");
  await shop.add("燕麦拿铁");
  // The second coffee at half price.
  await expect(shop.total).toHaveText("¥45.00");
  await expect(page.getByTestId("basket-total")).toContainText("¥58.00");
  await shop.checkOut();
  await expect(new PayPage(page).amount).toHaveText("¥45.00");
});

test("on the narrowest phone the bar holds: total and button in one view, nothing beyond the edge", async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 568 });
  const shop = new Shop(page);
  await shop.open();
  await shop.add("手冲耶加雪菲");
  await shop.add("燕麦拿铁");
  await expect(shop.total).toHaveText("¥45.00");
  await new PayPage(page).expectNoOverflow();
  for (const part of [shop.total, page.getByRole("button", { name: "去结算" })])
    await expect(part).toBeInViewport({ ratio: 1 });
});

test("an order of nothing is refused with a sentence", async ({ page, request, baseURL }) => {
  const answer = await request.post("/shop/order", { form: { latte: "0", soda: "-3" }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  await page.goto(new URL(answer.headers().location ?? "", baseURL).href);
  await expect(page.getByRole("alert").filter({ hasText: "请先选择商品" })).toBeVisible();
});

test("the shop speaks English all through to the pay page", async ({ page }) => {
  await page.goto("/?lang=en");
  await page.getByRole("button", { name: "More Oat latte" }).click();
  await page.getByRole("button", { name: "Check out" }).click();
  await page.waitForURL("**/pay/**");
  await expect(page.getByText("Your dishes")).toBeVisible();
});
