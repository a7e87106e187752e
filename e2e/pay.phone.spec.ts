import { expect, type Page, type Request, test } from "@playwright/test";
import { closeOrder, createOrder, readOrder } from "./support/pages/merchant.ts";
import { ALIPAY_UA, PayPage, WECHAT_UA, watchLayout } from "./support/pages/pay-page.ts";
import { payInSandbox, tradesOf } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

test("a phone browser goes to WeChat and back, and 我已完成支付 shows paid", async ({ page }, info) => {
  const order = await createOrder();
  const pay = new PayPage(page);
  const shifted = await watchLayout(page);
  await pay.open(order.id);
  await expect(pay.code).toHaveCount(0);
  expect(await tradesOf(order.outTradeNo), "looking opens nothing").toHaveLength(0);
  await pay.expectAccessible();
  await page.screenshot({ path: info.outputPath("h5.png") });
  expect(await shifted()).toBeLessThanOrEqual(0.02);
  await page.getByRole("button", { name: "打开微信支付 ¥38.00" }).click();
  await page.waitForURL(/checkmweb/);
  const back = new URL(page.url()).searchParams.get("redirect_url") ?? "";
  expect(new URL(back).pathname).toBe(`/pay/${order.id}`);
  const [trade] = await tradesOf(order.outTradeNo);
  await page.goto(back);
  await expect(pay.outcome).toHaveText("正在确认…");
  await page.screenshot({ path: info.outputPath("returned.png") });
  await payInSandbox({ outTradeNo: trade?.outTradeNo ?? "" });
  const done = page.getByRole("button", { name: "我已完成支付" });
  if (await done.isVisible()) await done.click({ timeout: 1_000 }).catch(() => undefined);
  await expect(pay.outcome).toHaveText("支付成功");
  await page.screenshot({ path: info.outputPath("paid.png"), animations: "disabled" });
});

test("back without having paid: answered honestly, and paying again takes a touch and a warning", async ({
  page,
}, info) => {
  const pay = new PayPage(page);
  const { id } = await createOrder();
  await pay.open(id, "?returned=1");
  await expect(pay.outcome).toHaveText("正在确认…");
  await expect(page).toHaveTitle(/^正在确认…/);
  await expect(pay.whisper).toContainText("还没有收到付款");
  await expect(pay.outcome, "it goes on").toHaveText("正在确认…");
  const again = page.getByRole("button", { name: "打开微信支付 ¥38.00" });
  await expect(again).toBeHidden();
  await page.getByRole("button", { name: "我已完成支付" }).click();
  await expect(pay.whisper).toHaveCount(0);
  await page.getByText("还没付，重新支付").click();
  await expect(page.getByText("如果刚才已经付过，请不要再付一次")).toBeVisible();
  await pay.expectAccessible();
  await page.screenshot({ path: info.outputPath("again.png") });
  await again.click();
  await page.waitForURL(/checkmweb/);
});

test("the browser's way back from WeChat leads to confirming, not to the button", async ({ page }) => {
  const pay = new PayPage(page);
  const order = await createOrder();
  await pay.open(order.id);
  const button = page.getByRole("button", { name: "打开微信支付 ¥38.00" });
  await button.click();
  await page.waitForURL(/checkmweb/);
  for (const come of [() => page.goBack(), () => page.reload()]) {
    await come();
    await expect(pay.outcome).toHaveText("正在确认…");
    await expect(button).toBeHidden();
  }
  const [trade] = await tradesOf(order.outTradeNo);
  await payInSandbox({ outTradeNo: trade?.outTradeNo ?? "" });
  await expect(pay.outcome).toHaveText("支付成功");
});

test("a touch while offline is answered on the page, and works once the network is back", async ({
  page,
  context,
}, info) => {
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  const button = page.getByRole("button", { name: "打开微信支付 ¥38.00" });
  const said = page.getByText("网络已断开，还没有发起支付");
  await context.setOffline(true);
  await button.click();
  await expect(said).toBeInViewport();
  const [line, thumb] = [await said.boundingBox(), await button.boundingBox()];
  expect((line?.y ?? 0) + (line?.height ?? 0), "above the button").toBeLessThanOrEqual(thumb?.y ?? 0);
  await page.screenshot({ path: info.outputPath("offline.png") });
  await page.getByRole("link", { name: "用另一台手机扫码" }).click();
  await context.setOffline(false);
  await expect(said).toBeHidden();
  expect(new URL(page.url()).search).toBe("");
  // What the browser takes for a network may lead nowhere.
  await page.route("**/status", (route) => route.abort());
  await button.click();
  await expect(said).toBeVisible();
  await page.unroute("**/status");
  await button.click();
  await page.waitForURL(/checkmweb/);
});

test("the other phone's code is one link away, and so is the way back", async ({ page }) => {
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  await page.getByRole("link", { name: "用另一台手机扫码" }).click();
  expect(await pay.scan()).toMatch(/^weixin:/);
  await page.getByRole("link", { name: "在这台手机上支付" }).click();
  await expect(page.getByRole("button", { name: "打开微信支付 ¥38.00" })).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the form leads to WeChat, and the question on return is answered", async ({ page }) => {
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id);
    await expect(pay.amount).toHaveText("¥38.00");
    await page.getByRole("button", { name: "打开微信支付 ¥38.00" }).click();
    await page.waitForURL(/checkmweb/);
    const [trade] = await tradesOf(order.outTradeNo);
    await payInSandbox({ outTradeNo: trade?.outTradeNo ?? "" });
    await pay.open(order.id, "?returned=1");
    const done = page.getByRole("button", { name: "我已完成支付" });
    if (await done.isVisible()) await done.click();
    await expect(pay.outcome).toHaveText("支付成功");
  });
});

test.describe("inside WeChat", () => {
  test.use({ userAgent: WECHAT_UA });

  test("one tap opens the cashier of the bridge, and paid shows by itself", async ({ page }, info) => {
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id);
    expect(new URL(page.url()).pathname, "back from the silent sign-in").toBe(`/pay/${order.id}`);
    await expect(pay.code).toHaveCount(0);
    await pay.expectAccessible();
    await page.screenshot({ path: info.outputPath("wechat.png") });
    await page.evaluate(() => {
      const site = window as unknown as { WeixinJSBridge: object; asked: unknown; answer: (said: object) => void };
      site.WeixinJSBridge = {
        invoke: (method: string, parameters: object, answer: (said: object) => void) => {
          site.asked = { method, parameters };
          site.answer = answer;
        },
      };
    });
    await page.getByRole("button", { name: "微信支付 ¥38.00" }).click();
    const asked = await page.evaluate(() => (window as unknown as { asked: BridgeCall }).asked);
    expect(asked.method).toBe("getBrandWCPayRequest");
    expect(asked.parameters).toMatchObject({ signType: "RSA", package: expect.stringMatching(/^prepay_id=/) });
    await payInSandbox({ prepayId: asked.parameters.package.replace("prepay_id=", "") });
    await page.evaluate(() =>
      (window as unknown as { answer: (said: object) => void }).answer({ err_msg: "get_brand_wcpay_request:ok" }),
    );
    await expect(pay.outcome).toHaveText("支付成功");
  });

  test("WeChat says paid and we know of nothing: the page confirms for as long as it takes", async ({ page }, info) => {
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id);
    await answerBridge(page, "ok");
    const button = page.getByRole("button", { name: "微信支付 ¥38.00" });
    await button.click();
    await expect(pay.whisper).toContainText("还没有收到付款");
    await expect(pay.outcome).toHaveText("正在确认…");
    await expect(button).toBeHidden();
    await page.screenshot({ path: info.outputPath("confirming.png"), animations: "disabled" });
    await page.reload();
    await expect(pay.outcome).toHaveText("正在确认…");
    await expect(button).toBeHidden();
    const [trade] = await tradesOf(order.outTradeNo);
    await payInSandbox({ outTradeNo: trade?.outTradeNo ?? "" });
    await expect(pay.outcome).toHaveText("支付成功");
  });

  test("where WeChat does not say who the shopper is, nothing leads back to the same page", async ({ page }, info) => {
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id, "?oauth=failed");
    await expect(page.getByRole("heading", { name: "请在浏览器中打开" })).toBeVisible();
    await expect(page.getByText("选择「在浏览器打开」")).toBeVisible();
    // A picture of the page's own address, scanned in WeChat, would open this page again; so would a chat.
    await expect(page.getByTestId("link-qr")).toHaveCount(0);
    await expect(page.getByText("文件传输助手")).toHaveCount(0);
    await pay.expectAccessible();
    await page.screenshot({ path: info.outputPath("leave-wechat.png") });
    await page.getByRole("button", { name: "复制付款链接" }).click();
    await expect(pay.whisper).toHaveText("链接已复制，请打开手机浏览器粘贴");
    const ways = await page
      .locator("main a:not([target])")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).search));
    expect(ways).toEqual(["?by=native"]);
    await page.getByRole("link", { name: "用另一台手机扫码" }).click();
    expect(await pay.scan()).toMatch(/^weixin:/);
    await expect(page.locator("main a:not([target])")).toHaveCount(0);
  });

  test("a cashier that was cancelled leaves the button where it was", async ({ page }) => {
    const pay = new PayPage(page);
    await pay.open((await createOrder()).id);
    await answerBridge(page, "cancel");
    const button = page.getByRole("button", { name: "微信支付 ¥38.00" });
    await button.click();
    await expect(pay.whisper).toHaveText("已取消支付，可以重新发起");
    await expect(button).toBeVisible();
  });

  test("the button works before any other script has come", async ({ page }) => {
    await page.route("**/_next/static/**/*.js", (route) => route.abort());
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id);
    await page.evaluate(() => {
      Object.assign(window, {
        WeixinJSBridge: {
          invoke: (_method: string, parameters: { package: string }, answer: (said: object) => void) => {
            Object.assign(window, { paidWith: parameters.package, answer });
          },
        },
      });
    });
    await page.getByRole("button", { name: "微信支付 ¥38.00" }).click();
    const prepay = await page.evaluate(() => (window as unknown as { paidWith: string }).paidWith);
    await payInSandbox({ prepayId: prepay.replace("prepay_id=", "") });
    await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
    await page.evaluate(() =>
      (window as unknown as { answer: (said: object) => void }).answer({ err_msg: "get_brand_wcpay_request:ok" }),
    );
    await expect(pay.outcome).toHaveText("支付成功");
  });
});

test("in the WeChat of the sandbox's phone: sign-in, button, password, paid", async ({ page }, info) => {
  const order = await createOrder();
  await page.goto(`${product.sandboxUrl}/phone/browser?url=${encodeURIComponent(`${product.url}/pay/${order.id}`)}`);
  const shown = page.frameLocator(".web");
  await shown.getByRole("button", { name: "微信支付 ¥38.00" }).click();
  const cashier = page.frameLocator("iframe.cashier-frame");
  await cashier.getByRole("button", { name: "立即支付" }).click();
  for (const digit of "123456") await cashier.getByRole("button", { name: digit, exact: true }).click();
  await cashier.getByRole("button", { name: "完成" }).click();
  await expect(shown.getByTestId("outcome")).toHaveText("支付成功");
  await page.screenshot({ path: info.outputPath("wechat-paid.png"), animations: "disabled" });
});

interface BridgeCall {
  readonly method: string;
  readonly parameters: { readonly package: string };
}

test.describe("inside another app", () => {
  test.use({ userAgent: ALIPAY_UA });

  test("the page tells how to get to WeChat, and never leads with a code", async ({ page }, info) => {
    const order = await createOrder();
    const pay = new PayPage(page);
    await pay.open(order.id);
    await expect(page.getByRole("heading", { name: "请在微信或浏览器中打开" })).toBeVisible();
    await expect(page.getByLabel("付款链接")).toHaveValue(new RegExp(`/pay/${order.id}$`));
    await expect(pay.code).toHaveCount(0);
    await pay.expectAccessible();
    await page.screenshot({ path: info.outputPath("guide.png") });
  });
});

for (const scheme of ["light", "dark"] as const) {
  test(`at twice the text size nothing is cut off (${scheme})`, async ({ page }, info) => {
    await page.emulateMedia({ colorScheme: scheme });
    const pay = new PayPage(page);
    const { id } = await createOrder();
    for (const query of ["", "?by=native", "?returned=1", "?lang=en"]) {
      await pay.open(id, query);
      await page.addStyleTag({ content: "html{font-size:200%}" });
      await pay.expectNoOverflow();
      await pay.expectAccessible();
    }
    await page.screenshot({ path: info.outputPath("large.png"), fullPage: true });
  });
}

test("back from the background the page asks first", async ({ page }) => {
  await page.route("**/events", (route) => route.abort());
  const order = await createOrder();
  const pay = new PayPage(page);
  await pay.open(order.id, "?by=native");
  const codeUrl = (await pay.scan()) ?? "";
  await setHidden(page, true);
  await payInSandbox({ codeUrl });
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  await expect(pay.outcome).toHaveCount(0);
  await setHidden(page, false);
  await expect(pay.outcome).toHaveText("支付成功");
});

test("a question left open when the phone slept does not delay the answer on coming back", async ({ page }) => {
  await page.route("**/events", (route) => route.abort());
  const pay = new PayPage(page);
  const order = await createOrder();
  await pay.open(order.id, "?by=native");
  const codeUrl = (await pay.scan()) ?? "";
  let held = 0;
  let asleep = true;
  // These are never answered; the page would give each up after eight seconds.
  await page.route("**/status", (route) => (asleep ? void held++ : route.continue()));
  await expect.poll(() => held).toBeGreaterThan(0);
  await setHidden(page, true);
  await payInSandbox({ codeUrl });
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  asleep = false;
  await setHidden(page, false);
  await expect(pay.outcome).toHaveText("支付成功", { timeout: 7_000 });
});

test("a page that is not seen holds no stream", async ({ page }) => {
  const streams: Request[] = [];
  const ended: Request[] = [];
  page.on("request", (request) => request.url().endsWith("/events") && streams.push(request));
  page.on("requestfailed", (request) => ended.push(request));
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id, "?by=native");
  await expect.poll(() => streams.length).toBe(1);
  await setHidden(page, true);
  await expect.poll(() => ended.includes(streams[0] as Request)).toBe(true);
  await setHidden(page, false);
  await expect.poll(() => streams.length).toBe(2);
  await payInSandbox({ codeUrl: (await pay.scan()) ?? "" });
  await expect(pay.outcome).toHaveText("支付成功");
});

test("a closed order asks for no payment", async ({ page }) => {
  const order = await createOrder();
  await closeOrder(order.id);
  const pay = new PayPage(page);
  await pay.open(order.id);
  await expect(pay.outcome).toHaveText("订单已关闭");
  // How the page looks can still be chosen.
  await expect(page.locator("button:not([data-testid=display] *)")).toHaveCount(0);
});

test("English is complete and one tap away", async ({ page }) => {
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("button", { name: "Open WeChat to pay ¥38.00" })).toBeVisible();
  const main = (await page.locator("main").innerText()).replace(/燕麦拿铁|黄油可颂|简体|繁體|灵付演示店|灵/g, "");
  expect(main.replace(/Pay to .*/, "")).not.toMatch(/[\u4e00-\u9fff]/);
});

/** What the phone does when another app comes to the front. */
async function setHidden(page: import("@playwright/test").Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: isHidden ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** WeChat's bridge, which answers every payment so. */
const answerBridge = (page: Page, result: "ok" | "cancel") =>
  page.evaluate((answered) => {
    Object.assign(window, {
      WeixinJSBridge: {
        invoke: (_method: string, _parameters: object, answer: (said: object) => void) =>
          answer({ err_msg: `get_brand_wcpay_request:${answered}` }),
      },
    });
  }, result);
