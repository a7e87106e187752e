import { expect, test } from "@playwright/test";
import { PayPage } from "../support/pages/pay-page.ts";
import { Shop } from "../support/pages/shop.ts";
import { shoot } from "./shoot.ts";

test("the pay page", async ({ page }) => {
  const shop = new Shop(page);
  await shop.open();
  await shop.add("燕麦拿铁");
  await shop.add("巴斯克芝士");
  await shop.checkOut();
  await expect(new PayPage(page).code).toBeVisible();
  await shoot(page, "pay-desktop.webp");
});
