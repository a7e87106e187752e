import { expect, type Page, test } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { callMerchant, createOrder } from "./support/pages/merchant.ts";
import { ALIPAY_UA, PayPage, WECHAT_UA } from "./support/pages/pay-page.ts";
import { tradesOf } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// Goal: one plan decides what the pay page shows, the shopper decides how, and viewing alone opens no trade.
const display = (page: Page, name: string) => page.getByTestId("display").getByRole("button", { name });

test("one cart in three scenes: other parts, other words, other price, and each with its reasons", async ({
  page,
}, info) => {
  const code = `SCENE${Date.now()}${info.workerIndex}`;
  await callMerchant("/promotions", {
    name: "满30减5",
    type: "amount_off",
    phase: "order",
    off: 500,
    threshold: { amount: 3000 },
    code,
  });
  const pay = new PayPage(page);
  const scenes = [
    { scene: "dining", metadata: { table: "A12" }, title: "餐费", part: "桌号", due: "¥33.00", reason: /桌号/ },
    {
      scene: "takeaway",
      metadata: { deliveryAddress: "南京路", pickupNo: "88" },
      title: "外卖订单",
      part: "取餐号",
      due: "¥33.00",
      reason: /配送/,
    },
    {
      scene: "donation",
      metadata: { scene: "donation", project: "乡村图书馆" },
      title: "爱心捐赠",
      part: "捐赠项目",
      due: "¥38.00",
      reason: /注明/,
    },
  ];
  for (const { scene, metadata, title, part, due, reason } of scenes) {
    const order = await createOrder({ metadata, promotionCodes: [code] });
    expect(order.scene).toBe(scene);
    expect(order.sceneDetail?.reasons.map(({ text }) => text).join()).toMatch(reason);
    await pay.open(order.id);
    await expect(page.locator("header").getByText(title)).toBeVisible();
    await expect(page.getByTestId("facts")).toContainText(part);
    await expect(pay.amount).toHaveText(due);
    await expect(page.getByText("已享优惠")).toHaveCount(scene === "donation" ? 0 : 1);
    await pay.expectAccessible();
    await page.screenshot({ path: info.outputPath(`${scene}.png`) });
  }
});

test("the merchant's word changes the next page at once", async ({ page }) => {
  const thing = { items: [{ name: `停车费${Date.now()}`, price: 30, quantity: 1 }], metadata: { plate: "沪A12345" } };
  const first = await createOrder(thing);
  expect(first.scene).toBe("parking");
  await callMerchant(`/orders/${first.id}/scene`, { scene: "membership" });
  const pay = new PayPage(page);
  await pay.open((await createOrder(thing)).id);
  await expect(page.locator("main")).toHaveAttribute("data-scene", "membership");
});

test("large text by choice: nothing small, nothing hard to touch, and remembered", async ({ page }, info) => {
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  expect(await smallest(page)).toBeLessThan(18);
  await display(page, "大字版").click();
  await expect(display(page, "标准版")).toBeVisible();
  await pay.open((await createOrder({ metadata: { table: "A12", guests: 2 } })).id);
  expect(await smallest(page)).toBeGreaterThanOrEqual(18);
  expect(
    await page.getByTestId("amount").evaluate((node) => Number.parseFloat(getComputedStyle(node).fontSize)),
  ).toBeGreaterThanOrEqual(24);
  expect(await lowest(page)).toBeGreaterThanOrEqual(60);
  await pay.expectAccessible();
  await pay.expectNoOverflow();
  await page.screenshot({ path: info.outputPath("elder.png") });
  await display(page, "标准版").click();
  await expect(display(page, "大字版")).toBeVisible();
});

test("a language that was chosen is remembered, over the one of the link", async ({ page }) => {
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id, "?lang=en");
  await expect(page.locator("main")).toHaveAttribute("lang", "en");
  await display(page, "繁體").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-HK");
  await pay.open((await createOrder()).id);
  await expect(page.getByText("訂單編號")).toBeVisible();
  await pay.expectAccessible();
});

test.describe("inside WeChat", () => {
  test.use({ userAgent: WECHAT_UA });

  test("the language of the link survives the sign-in", async ({ page }) => {
    const pay = new PayPage(page);
    const { id } = await createOrder();
    await pay.open(id, "?lang=en");
    expect(new URL(page.url()).pathname, "back from the silent sign-in").toBe(`/pay/${id}`);
    await expect(page.locator("main")).toHaveAttribute("lang", "en");
    await expect(page.getByText("Order no.")).toBeVisible();
  });
});

test.describe("inside another app", () => {
  test.use({ userAgent: ALIPAY_UA });

  test("the guide carries the page's address as a picture, and opens no trade", async ({ page, request }) => {
    const order = await createOrder();
    await new PayPage(page).open(order.id);
    const picture = page.getByTestId("link-qr");
    await expect(picture).toBeVisible();
    const bytes = await (await request.get((await picture.getAttribute("src")) ?? "")).body();
    const { data, width, height } = PNG.sync.read(bytes);
    expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(`${product.url}/pay/${order.id}`);
    expect(await tradesOf(order.outTradeNo)).toHaveLength(0);
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the page is complete, and its language and size can be chosen", async ({ page }) => {
    const pay = new PayPage(page);
    await pay.open((await createOrder({ metadata: { table: "B7" } })).id);
    await expect(page.getByTestId("facts")).toContainText("B7");
    await expect(page.getByText("燕麦拿铁")).toBeVisible();
    await display(page, "English").click();
    await expect(page.getByText("Your dishes")).toBeVisible();
    await display(page, "Large text").click();
    await expect(page.locator("html")).toHaveAttribute("data-elder", "");
    await expect(page.getByText("Your dishes")).toBeVisible();
  });
});

test("a prefetch or preview opens no trade", async ({ request }) => {
  const order = await createOrder();
  const address = `${product.url}/pay/${order.id}`;
  const desk = {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
  };
  expect((await request.head(address, { headers: desk })).status()).toBe(200);
  for (const ahead of [{ "sec-purpose": "prefetch;prerender" }, { purpose: "prefetch" }, { "x-moz": "prefetch" }]) {
    expect((await request.get(address, { headers: { ...desk, ...ahead } })).status()).toBe(503);
  }
  const crawler = {
    "user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
  };
  expect(await (await request.get(address, { headers: crawler })).text()).toContain("¥38.00");
  expect(await tradesOf(order.outTradeNo)).toHaveLength(0);
  expect((await request.get(address, { headers: desk })).status()).toBe(200);
  expect(await tradesOf(order.outTradeNo)).toHaveLength(1);
});

/** The smallest type on the page, in px. */
const smallest = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
    const sizes: number[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        parent === null ||
        !node.textContent?.trim() ||
        !parent.checkVisibility() ||
        parent.closest("script,.sr-only,svg")
      )
        continue;
      sizes.push(Number.parseFloat(getComputedStyle(parent).fontSize));
    }
    return Math.min(...sizes);
  });

/** The lowest thing to touch, in px. */
const lowest = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const things = [...document.querySelectorAll("main :is(button, summary, a)")].filter((thing) =>
      thing.checkVisibility(),
    );
    return Math.min(...things.map((thing) => Math.round(thing.getBoundingClientRect().height)));
  });
