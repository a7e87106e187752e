import { expect, test } from "@playwright/test";
import type { PromotionView } from "../lib/contract/promotion.ts";
import { Admin } from "./support/pages/admin.ts";
import { callMerchant, createOrder } from "./support/pages/merchant.ts";

// Goal: a shopkeeper gives out a code on the phone, a shopper types it on the pay page, and the next one is told that it is gone.

test("a code is made in the dashboard, typed on the pay page with and without scripts, and is gone", async ({
  page,
  browser,
}) => {
  const category = `limited${Date.now()}`;
  const promotion = await callMerchant<PromotionView>("/promotions", {
    ...{ type: "amount_off", phase: "order", off: 500, threshold: { amount: 3_000 }, needsCode: true, name: category },
    scope: { categories: [category] },
  });
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open(`/promotions/${promotion.id}/codes`);
  await page.getByLabel("优惠码", { exact: true }).fill("Gift-1\n开业礼, gift 1");
  await page.getByRole("button", { name: "导入优惠码" }).click();
  await expect(admin.answer).toContainText("已导入 2 个优惠码");
  await expect(admin.answer).toContainText("gift 1");
  await expect(page.getByTestId("code-figures")).toContainText("共 2 个：2 个可用");
  await admin.expectSound();

  const buy = (price: number) => createOrder({ items: [{ name: "礼盒", category, price, quantity: 1 }] });
  const [first, second, small] = [await buy(60), await buy(60), await buy(20)];
  const entry = page.getByTestId("code-entry");
  await page.goto(`/pay/${small.id}`);
  await entry.getByText("有优惠码？").click();
  await entry.getByLabel("优惠码").fill("gift1");
  await entry.getByRole("button", { name: "使用" }).click();
  await expect(entry).toContainText("这个优惠码是“满30减5”，这笔订单还没有达到");
  await expect(entry.getByLabel("优惠码")).toHaveValue("gift1");

  await page.goto(`/pay/${first.id}`);
  await entry.getByText("有优惠码？").click();
  await entry.getByLabel("优惠码").fill("ｇｉｆｔ 1");
  await entry.getByRole("button", { name: "使用" }).click();
  await expect(entry).toContainText("已使用优惠码 Gift-1");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("¥55.00");

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(new URL(`/pay/${second.id}`, page.url()).href);
  await still.getByText("有优惠码？").click();
  await still.getByTestId("code-entry").getByLabel("优惠码").fill("Gift-1");
  await still.getByTestId("code-entry").getByRole("button", { name: "使用" }).click();
  await expect(still.getByTestId("code-answer")).toHaveText("这个优惠码已经被用过了");
  await expect(still.getByRole("heading", { level: 1 })).toContainText("¥60.00");
  await plain.close();
});
