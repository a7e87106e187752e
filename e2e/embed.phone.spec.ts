import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { createOrder } from "./support/pages/merchant.ts";
import { WECHAT_UA } from "./support/pages/pay-page.ts";
import { payOnceOpen } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// Goal: the pay page opens over a page of the shop's own, tells it what becomes of the order, and opens nowhere else.
// Method: real servers for the shop; one after the other, since the allowed one has its port.

const SHOP = `<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><title>Shop</title>
<body style="height:3000px"><button data-lingfu-pay="ORDER">Buy</button><script src="LINGFU/embed.js"></script>`;
const DESKTOP = { width: 1280, height: 800 };

test.describe.configure({ mode: "serial" });

let server: Server;
let html = "";
test.beforeAll(async () => {
  server = createServer((_, response) => void response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => server.listen(Number(new URL(product.shopUrl).port), "127.0.0.1", resolve));
});
test.afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function openShop(page: Page, orderId: string, origin = product.shopUrl): Promise<void> {
  html = SHOP.replace("ORDER", orderId).replace("LINGFU", product.url);
  await page.goto(origin);
}

const frameOf = (page: Page) => page.frameLocator("iframe[title='付款']");

test("a sheet on a phone, a dialog on a desktop; closed by button or Escape; it says paid", async ({ page }, info) => {
  const order = await createOrder({ returnUrl: "https://shop.example/done" });
  await openShop(page, order.id);
  const buy = page.getByRole("button", { name: "Buy" });
  const dialog = page.getByRole("dialog", { name: "付款" });
  await buy.click();
  await frameOf(page).locator("[data-status='pending']").waitFor({ state: "attached" });
  // It stands on the lower edge.
  const stands = async () => {
    const sheet = await dialog.boundingBox();
    return [sheet?.width, (sheet?.y ?? 0) + (sheet?.height ?? 0)];
  };
  await expect.poll(stands).toEqual([390, 844]);
  await page.screenshot({ path: info.outputPath("sheet.png") });
  await page.setViewportSize(DESKTOP);
  await expect.poll(async () => (await dialog.boundingBox())?.width).toBe(480);
  await frameOf(page).locator("main").press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(buy).toBeFocused();

  const result = page.evaluate(
    (payUrl) =>
      new Promise((resolve) => {
        const seen: string[] = [];
        const { pay } = (window as unknown as { Lingfu: { pay: (order: string, options: object) => Promise<object> } })
          .Lingfu;
        pay(payUrl, { onStatus: (status: string) => seen.push(status) }).then((last) => resolve({ ...last, seen }));
      }),
    order.payUrl,
  );
  await frameOf(page).locator("[data-status='pending']").waitFor({ state: "attached" });
  await page.request.post(`/api/orders/${order.id}/pay`, { data: { channel: "native" } });
  await payOnceOpen(order.outTradeNo);
  expect(await result).toEqual({ orderId: order.id, status: "paid", seen: ["paid"] });
  await expect(dialog).toHaveCount(0);
});

test("going back closes the sheet and stays on the shop's page; a sheet that was closed leaves nothing to go back from", async ({
  page,
}) => {
  const order = await createOrder();
  await page.goto(`${product.url}/docs`);
  await openShop(page, order.id);
  const shopUrl = page.url();
  const dialog = page.getByRole("dialog", { name: "付款" });
  const opened = async () => {
    await page.getByRole("button", { name: "Buy" }).click();
    await frameOf(page).locator("[data-status='pending']").waitFor({ state: "attached" });
  };
  await opened();
  await page.evaluate(() => history.back());
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Buy" })).toBeFocused();
  expect(page.url()).toBe(shopUrl);
  await opened();
  await dialog.getByRole("button", { name: "关闭" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => history.state)).toBeNull();
  await page.goBack();
  expect(page.url()).toBe(`${product.url}/docs`);
});

test("from another origin, and inside WeChat, the shopper goes to the pay page itself", async ({ browser }) => {
  const order = await createOrder();
  const other = createServer((_, response) => void response.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  for (const [origin, options] of [
    [elsewhere, {}],
    [product.shopUrl, { userAgent: WECHAT_UA }],
  ] as const) {
    const page = await browser.newPage(options);
    await openShop(page, order.id, origin);
    await page.getByRole("button", { name: "Buy" }).click();
    await page.waitForURL(`${product.url}/**`);
    await page.close();
  }
  other.closeAllConnections();
  other.close();
});
