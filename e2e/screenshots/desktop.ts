import { expect, test } from "@playwright/test";
import { Admin } from "../support/pages/admin.ts";
import { Counter } from "../support/pages/counter.ts";
import { createOrder, readOrder, refundOrder } from "../support/pages/merchant.ts";
import { PayPage } from "../support/pages/pay-page.ts";
import { payInSandbox, payOnceOpen } from "../support/pages/sandbox.ts";
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

test("home and the promotions room", async ({ page }) => {
  for (const [name, price] of [
    ["燕麦拿铁", 26],
    ["手冲咖啡", 38],
    ["黄油可颂", 12.5],
    ["巴斯克芝士", 32],
  ] as const) {
    const order = await createOrder({ items: [{ name, price, quantity: 2 }] });
    await new PayPage(page).open(order.id, "?by=native");
    await payOnceOpen(order.outTradeNo);
    await expect(new PayPage(page).outcome).toBeVisible();
  }
  const admin = new Admin(page);
  await admin.enterAs("owner", "wang@shop.example");
  await admin.open("");
  await shoot(page, "home.webp");
  await admin.open("/promotions");
  await shoot(page, "promotions.webp");
});

test("an order's story", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner", "chen@shop.example");
  const counter = new Counter(page);
  await counter.enter();
  await counter.type("58");
  await counter.scan("130000000000000000");
  await expect(page.getByTestId("declined")).toBeVisible();
  const codeUrl = await counter.showCode();
  const orderId = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  await payInSandbox({ codeUrl });
  await counter.expectPaid("¥58.00");
  await refundOrder(orderId ?? "", { amount: 2_000, reason: "少做了一杯" });
  await expect.poll(async () => (await readOrder(orderId ?? "")).status).toBe("partially_refunded");
  await admin.open(`/orders/${orderId}`);
  await shoot(page, "order.webp");
});
