import { expect, type Page, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder, refundOrder } from "./support/pages/merchant.ts";
import { PayPage } from "./support/pages/pay-page.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";

// Goal: an English reader sees no Chinese character except the shop's own data and the names of the other languages, and one form of days.
// Method: read every text and every label of the page, not only what a test would think of.

/** Its items, its name, the first character of that as its mark, the description that an order without one is sent to WeChat with, and what other tests name things. */
const SHOP_DATA =
  /燕麦拿铁|黄油可颂|灵付演示店|^灵$|少了一杯|等2件|(?:商城服务器|钥匙|店长群|前台|外摆|一号收银台) \d{13}/g;
const LANGUAGES = /^(简体|繁體|中文)$/;

/** What was sent to another test's endpoint, and what that said, as it stands. */
const RAW = /^\{"type":"|^\d+\. .* · HTTP \d{3} · /;

/** Every text and label, but what only a form holds. */
const textsOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.parentElement?.closest("script, style, template, noscript")) continue;
      if (node instanceof HTMLInputElement && ["hidden", "date"].includes(node.type)) continue;
      if (!(node instanceof Element)) texts.push(node.textContent ?? "");
      else
        for (const name of ["aria-label", "title", "alt", "placeholder", "value"])
          texts.push(node.getAttribute(name) ?? "");
    }
    return texts;
  });

async function chineseOn(page: Page): Promise<string[]> {
  const shown = await textsOn(page);
  const left = shown.map((text) => text.replace(SHOP_DATA, "").trim()).filter((text) => !LANGUAGES.test(text));
  return left.filter((text) => /\p{Script=Han}/u.test(text) && !RAW.test(text));
}

async function paidOrder(page: Page) {
  const order = await createOrder({ metadata: { table: "12" } });
  await new PayPage(page).open(order.id, "?by=native");
  const pay = () =>
    payInSandbox({ outTradeNo: order.outTradeNo }).then(
      () => true,
      () => false,
    );
  await expect.poll(pay).toBe(true);
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
  return order;
}

test.describe("a shopper", () => {
  test.use({ locale: "en-GB" });

  test("pays in English, from the shop to the receipt", async ({ page }) => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Lingfu Coffee" })).toBeVisible();
    expect(await chineseOn(page)).toEqual([]);
    const order = await createOrder({ metadata: { table: "12" } });
    const pay = new PayPage(page);
    await pay.open(order.id);
    await expect(page.getByTestId("facts").getByText("Table")).toBeVisible();
    expect(await chineseOn(page)).toEqual([]);
    await pay.open(order.id, "?by=native");
    await expect(pay.code).toBeVisible();
    expect(await chineseOn(page)).toEqual([]);
    await payInSandbox({ outTradeNo: order.outTradeNo });
    await expect(pay.outcome).toHaveText("Payment successful");
    expect(await chineseOn(page)).toEqual([]);
    await refundOrder(order.id, { amount: 500, reason: "少了一杯" });
    await expect.poll(async () => (await readOrder(order.id)).amountRefunded).toBe(500);
    await page.reload();
    await expect(pay.outcome).toHaveText("Partially refunded");
    expect(await chineseOn(page)).toEqual([]);
    await page.goto("/pay/ord_nothing");
    await expect(page.getByText("We cannot find this order")).toBeVisible();
    expect(await chineseOn(page)).toEqual([]);
  });
});

test("a merchant reads an order and every page of the dashboard in English", async ({ page, context }) => {
  test.setTimeout(120_000);
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.chooseInAccount("账号", "English");
  await expect(admin.heading("Today")).toBeVisible();
  const order = await paidOrder(await context.newPage());
  await refundOrder(order.id, { amount: 500, reason: "少了一杯" });
  await admin.open(`/orders/${order.id}`);
  await expect(admin.timeline).toContainText("Refund");
  expect(await chineseOn(page), "the order").toEqual([]);
  for (const path of PAGES) {
    await admin.open(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    if (path.includes("run=1")) await expect(page.getByTestId("findings")).toBeVisible();
    expect(await chineseOn(page), path).toEqual([]);
    if (AS_IT_STANDS.includes(path)) continue;
    // Days are written in one way: 1 Dec 2026.
    expect(
      (await textsOn(page)).filter((text) => /\b20\d\d-\d\d/.test(text)),
      path,
    ).toEqual([]);
  }
});

/** Without the lists of orders and refunds, where the data of other tests stands. */
const PAGES = [
  ...["/reconciliation", "/insights", "/alerts", "/collection-codes/new"],
  ...["/settings", "/settings/keys", "/settings/users", "/settings/audit", "/settings/learner", "/settings/account"],
  ...["/trends", "/trends?from=2026-11-02&to=2026-11-03", "/statements"],
  "/settings/doctor?run=1",
];
/** What commands were given, and what they print. */
const AS_IT_STANDS = ["/settings/audit", "/settings/doctor?run=1"];
