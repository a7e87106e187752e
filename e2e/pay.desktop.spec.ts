import { expect, type Request, test } from "@playwright/test";
import { closeOrder, createOrder, readOrder, refundOrder } from "./support/pages/merchant.ts";
import { PayPage, PREVIEW_UA, watchLayout } from "./support/pages/pay-page.ts";
import { payInSandbox, setFaults, tradesOf } from "./support/pages/sandbox.ts";
import { Shop } from "./support/pages/shop.ts";

const CODE = /^weixin:\/\/wxpay\/bizpayurl\?pr=/;

test("from the shop to paid: a camera reads the code, and the page says paid by itself", async ({ page }, info) => {
  const shop = new Shop(page);
  const pay = new PayPage(page);
  const shifted = await watchLayout(page);
  await shop.open();
  await shop.add("手冲耶加雪菲");
  await shop.checkOut();
  const codeUrl = (await pay.scan()) ?? "";
  expect(codeUrl).toMatch(CODE);
  await page.screenshot({ path: info.outputPath("waiting.png") });
  await pay.expectAccessible();
  await payInSandbox({ codeUrl });
  await expect(pay.outcome).toHaveText("支付成功");
  await expect(pay.amount).toHaveText("¥32.00");
  await expect(page).toHaveTitle(/^支付成功 · /);
  await expect(pay.sum("实付")).toHaveText("¥32.00");
  await expect(page.getByText("应付")).toHaveCount(0);
  await page.screenshot({ path: info.outputPath("paid.png"), animations: "disabled" });
  await pay.expectAccessible();
  expect(await shifted()).toBeLessThanOrEqual(0.02);
  await page.getByRole("link", { name: "返回商家" }).click();
  await expect(page.getByRole("heading", { name: "灵付咖啡" })).toBeVisible();
});

test("the code stays dark on light in dark mode", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  expect(await pay.scan()).toMatch(CODE);
  await pay.expectAccessible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("amount, items, time and code are in the first HTML", async ({ page }) => {
    const pay = new PayPage(page);
    await pay.open((await createOrder()).id);
    await expect(pay.amount).toHaveText("¥38.00");
    await expect(page.getByText("燕麦拿铁")).toBeVisible();
    await expect(page.getByText(/请在 .*\d\d:\d\d 前完成支付/)).toBeVisible();
    expect(await pay.scan()).toMatch(CODE);
  });
});

test("opening the page again hands out the same trade", async ({ page }) => {
  const pay = new PayPage(page);
  const order = await createOrder();
  await pay.open(order.id);
  const first = await pay.scan();
  await pay.open(order.id);
  expect(await pay.scan()).toBe(first);
  expect(await tradesOf(order.outTradeNo)).toHaveLength(1);
});

test("a closed order leads back to the shop, where its maker said so", async ({ page }, info) => {
  const order = await createOrder({ returnUrl: "https://shop.example/cart?id=7" });
  await closeOrder(order.id);
  const pay = new PayPage(page);
  await pay.open(order.id);
  await expect(pay.outcome).toHaveText("订单已关闭");
  await expect(page).toHaveTitle(/^订单已关闭 · /);
  await expect(pay.sum("订单金额")).toHaveText("¥38.00");
  await expect(page.getByText("应付")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "重新下单" })).toHaveAttribute("href", "https://shop.example/cart?id=7");
  await pay.expectAccessible();
  await page.screenshot({ path: info.outputPath("closed.png"), animations: "disabled" });
});

test("a refund shows what was paid and what came back", async ({ page }, info) => {
  const order = await createOrder();
  const pay = new PayPage(page);
  await pay.open(order.id);
  await payInSandbox({ codeUrl: (await pay.scan()) ?? "" });
  await expect(pay.outcome).toHaveText("支付成功");
  await refundOrder(order.id, { amount: 1_200 });
  await expect.poll(async () => (await readOrder(order.id)).amountRefunded, { timeout: 30_000 }).toBe(1_200);
  await pay.open(order.id);
  await expect(pay.outcome).toHaveText("已部分退款");
  await expect(page).toHaveTitle(/^已部分退款 · /);
  await expect(pay.sum("实付")).toHaveText("¥38.00");
  await expect(pay.sum("已退款")).toHaveText("¥12.00");
  await expect(page.getByText("应付")).toHaveCount(0);
  await page.screenshot({ path: info.outputPath("refunded.png"), animations: "disabled" });
});

test("many pay pages in one browser: each loads, few hold a stream, all say paid", async ({ context }) => {
  const streams = new Set<Request>();
  context.on("request", (request) => request.url().endsWith("/events") && streams.add(request));
  context.on("requestfinished", (request) => streams.delete(request));
  context.on("requestfailed", (request) => streams.delete(request));
  const order = await createOrder();
  const pages: PayPage[] = [];
  for (let tab = 0; tab < 8; tab++) {
    const pay = new PayPage(await context.newPage());
    await pay.open(order.id);
    await expect(pay.code).toBeVisible();
    await expect.poll(() => pay.page.evaluate(() => window.lingfuLive)).toBe(true);
    pages.push(pay);
  }
  expect(streams.size).toBeGreaterThan(0);
  expect(streams.size).toBeLessThanOrEqual(3);
  await payInSandbox({ codeUrl: (await pages[7]?.scan()) ?? "" });
  for (const pay of pages) await expect(pay.outcome).toHaveText("支付成功");
});

test("an order that closes while one looks at it says so", async ({ page }) => {
  const order = await createOrder();
  const pay = new PayPage(page);
  await pay.open(order.id);
  await expect(pay.code).toBeVisible();
  await closeOrder(order.id);
  await expect(pay.outcome).toHaveText("订单已关闭");
  await expect(page.getByRole("link", { name: "重新下单" })).toHaveCount(0);
});

test("when the time is over the code goes and the last result is asked for", async ({ page }) => {
  await page.clock.install();
  const pay = new PayPage(page);
  await pay.open((await createOrder({ expiresIn: 600 })).id);
  await expect(pay.code).toBeVisible();
  await page.clock.fastForward("10:05");
  await expect(pay.outcome).toHaveText("已超过支付时间");
  await expect(pay.code).toHaveCount(0);
});

test("a clock that is a day ahead changes nothing: the time left is the order's", async ({ page }) => {
  await page.clock.install({ time: Date.now() + 86_400_000 });
  const pay = new PayPage(page);
  await pay.open((await createOrder({ expiresIn: 600 })).id);
  await expect(pay.code).toBeVisible();
  await page.clock.fastForward("00:30");
  await expect(page.getByRole("timer")).toContainText(/9:[0-3]\d/);
  await expect(pay.outcome).toHaveCount(0);
});

test("an unknown order is a page that says so", async ({ page }) => {
  const answer = await page.goto("/pay/ord_0000000000000000000000");
  expect(answer?.status()).toBe(404);
  await expect(page.getByText("没有找到这个订单")).toBeVisible();
  await new PayPage(page).expectAccessible();
});

test("a link preview sees the amount and opens no trade", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ userAgent: PREVIEW_UA, ...(baseURL === undefined ? {} : { baseURL }) });
  const page = await context.newPage();
  const order = await createOrder();
  await page.goto(`/pay/${order.id}`);
  expect(await page.title()).toContain("¥38.00");
  await expect(new PayPage(page).code).toHaveCount(0);
  expect(await tradesOf(order.outTradeNo)).toHaveLength(0);
  await context.close();
});

test("while WeChat is silent the page says so, offers to try again, and then works", async ({ page }) => {
  const order = await createOrder();
  const pay = new PayPage(page);
  // All tests share one control surface, so only this order's calls fail.
  await setFaults({ api: { errorRate: 1, outTradeNos: [order.outTradeNo] } });
  try {
    await pay.open(order.id);
    await expect(page.getByRole("heading", { name: "微信支付暂时没有回应" })).toBeVisible();
  } finally {
    await setFaults({ api: { errorRate: 0, outTradeNos: [] } });
  }
  await page.getByRole("link", { name: "重试" }).click();
  await expect(pay.code).toBeVisible();
  expect(await pay.scan()).toMatch(CODE);
  expect((await readOrder(order.id)).status).toBe("pending");
});

test("paid while the page was offline: it knows as soon as it is back", async ({ page, context }) => {
  const order = await createOrder();
  const pay = new PayPage(page);
  await pay.open(order.id);
  const codeUrl = (await pay.scan()) ?? "";
  await context.setOffline(true);
  await expect(pay.whisper).toHaveText("网络已断开，恢复后自动更新");
  await payInSandbox({ codeUrl });
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  await context.setOffline(false);
  await expect(pay.outcome).toHaveText("支付成功");
});

test("in a browser that has no event streams, beacons or locks, polling alone finds the payment", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "EventSource");
    for (const name of ["locks", "sendBeacon"]) Reflect.deleteProperty(Navigator.prototype, name);
    Reflect.deleteProperty(AbortSignal, "timeout");
  });
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  await payInSandbox({ codeUrl: (await pay.scan()) ?? "" });
  await expect(pay.outcome).toHaveText("支付成功");
  expect(await page.evaluate(() => [typeof window.EventSource, window.lingfuLive])).toEqual(["undefined", true]);
  expect(errors).toEqual([]);
});

test("polling stops once the order is final", async ({ page }) => {
  const pay = new PayPage(page);
  const { id } = await createOrder();
  await pay.open(id);
  const codeUrl = (await pay.scan()) ?? "";
  // The page that is paid is fetched once, after the last question.
  const fetched = page.waitForRequest((request) => new URL(request.url()).pathname === `/pay/${id}`);
  await payInSandbox({ codeUrl });
  await expect(pay.outcome).toHaveText("支付成功");
  await fetched;
  let asked = 0;
  page.on("request", (request) => {
    if (/\/api\/orders\/\w+\/(?:status|events|check)$/.test(request.url())) asked++;
  });
  await page.waitForTimeout(4_500);
  expect(asked).toBe(0);
});

test("what the page loads besides its own HTML fits its budget", async ({ page }) => {
  const loaded: Request[] = [];
  page.on("requestfinished", (request) => loaded.push(request));
  const { id } = await createOrder();
  await page.goto(`/pay/${id}`, { waitUntil: "load" });
  await expect(new PayPage(page).code).toBeVisible();
  // Bodies as they came over the wire. What is asked while one looks at the page (status, stream, behaviour) is as much as
  // one looks; the HTML and the logo are as long as the shared shop's offers and look at this moment make them. The HTML is
  // weighed in each language, in a shop of its own, by lib/bin/web/page-lane.db.test.ts.
  const weighed = loaded.filter((request) => {
    const { pathname } = new URL(request.url());
    return pathname !== `/pay/${id}` && !pathname.startsWith("/api/");
  });
  const bytes = await Promise.all(
    weighed.map(
      async (request) => [new URL(request.url()).pathname, (await request.sizes()).responseBodySize] as const,
    ),
  );
  const total = bytes.reduce((sum, [, size]) => sum + size, 0);
  const listed = `${total}: ${JSON.stringify(bytes)}`;
  expect(bytes.filter(([path]) => path.startsWith("/_lane/")).length, listed).toBe(2);
  expect(bytes.length, listed).toBeLessThanOrEqual(5);
  // The script is 14.6 KB of it (Preact 5, SWR 3, words 1), the style 3.7.
  expect(total, listed).toBeLessThanOrEqual(18.5 * 1_024);
});

test("a code that another device displaced is not left on screen as if it were alive", async ({ page, request }) => {
  const pay = new PayPage(page);
  const order = await createOrder();
  const payBy = (data: object) => request.post(`/api/orders/${order.id}/pay`, { data });
  await pay.open(order.id);
  const first = await pay.scan();
  await payBy({ channel: "h5" });
  await expect(page.getByRole("heading", { name: "这笔订单正在别处付款" })).toBeVisible();
  await expect(pay.code).toBeHidden();
  await page.screenshot({ path: test.info().outputPath("elsewhere.png"), animations: "disabled" });
  await pay.expectAccessible();
  // The shopper takes it back, by this page itself.
  await page.getByRole("link", { name: "在这里付款" }).click();
  const second = await pay.scan();
  expect(second).toMatch(CODE);
  expect(second).not.toBe(first);
  // Replaced by a code of the same kind: the page fetches it by itself.
  await payBy({ channel: "h5" });
  await payBy({ channel: "native" });
  await expect.poll(() => pay.scan()).not.toBe(second);
  const third = await pay.scan();
  expect(third).toMatch(CODE);
  // Closed for an openid that WeChat then refuses: nothing is open, so this page opens one.
  await payBy({ channel: "jsapi", openid: "oOfAnotherApp" });
  await expect.poll(() => pay.scan()).not.toBe(third);
  const fourth = (await pay.scan()) ?? "";
  expect(fourth).toMatch(CODE);
  await payInSandbox({ codeUrl: fourth });
  await expect(pay.outcome).toHaveText("支付成功");
});
