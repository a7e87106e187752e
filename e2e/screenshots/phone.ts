import { expect, test } from "@playwright/test";
import { Admin } from "../support/pages/admin.ts";
import { Counter, recordSpeech } from "../support/pages/counter.ts";
import { PayPage } from "../support/pages/pay-page.ts";
import { payInSandbox } from "../support/pages/sandbox.ts";
import { Shop } from "../support/pages/shop.ts";
import { shoot } from "./shoot.ts";

test("the pay page", async ({ page }) => {
  const shop = new Shop(page);
  await shop.open();
  await shop.add("燕麦拿铁");
  await shop.add("巴斯克芝士");
  await shop.checkOut();
  await expect(new PayPage(page).amount).toBeVisible();
  await shoot(page, "pay-phone.webp");
});

test("the counter", async ({ page }) => {
  await recordSpeech(page);
  await new Admin(page).enterAs("owner");
  const counter = new Counter(page);
  await counter.enter();
  const settings = page.getByTestId("counter-settings");
  await settings.getByText("收款设置").click();
  await settings.getByLabel(/^常用商品/).fill("燕麦拿铁 26\n黄油可颂 12.5\n手冲咖啡 38");
  await settings.getByLabel(/^常用金额/).fill("10 20 50");
  await settings.getByRole("button", { name: "保存" }).click();
  await expect(page.getByTestId("settings-answer")).toHaveText("已保存");
  await page.reload();
  await counter.type("26+12.5");
  await expect(counter.total).toHaveText("¥38.50");
  await shoot(page, "counter-keypad.webp");
  await payInSandbox({ codeUrl: await counter.showCode() });
  await counter.expectPaid("¥38.50");
  await counter.expectSpoken("微信收款三十八元五角");
  await shoot(page, "counter-paid.webp");
});
