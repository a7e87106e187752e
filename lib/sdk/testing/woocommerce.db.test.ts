import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningProduct, startProduct } from "../../testing/running-product.ts";
import { createLingfu, type Lingfu } from "../index.ts";
import { INSTALLED_LANGUAGES } from "./languages.ts";
import { type WooOrder, WooShop } from "./woocommerce-shop.ts";

// Goal: the WooCommerce plug-in books each payment once, whoever tells it first and however often, and never one that does not fit.
// Method: the plug-in as it is installed, under PHP's server in a shop of our own, against the product and the sandbox WeChat Pay.

const PLUGIN = "examples/woocommerce/lingfu-pay";
const PATIENCE = { timeout: 30_000, interval: 100 };

const hasPhp = INSTALLED_LANGUAGES.some(({ name }) => name === "PHP");
let product: RunningProduct;
let shop: WooShop;
let lingfu: Lingfu;
/** The shop's own key. */
let key: { readonly id: string; readonly secret: string };
beforeAll(async () => {
  if (!hasPhp) return;
  product = await startProduct();
  key = await product.key({ requireSigning: true });
  lingfu = createLingfu({ baseUrl: product.url, sandboxUrl: product.sandboxUrl, key: await product.key() });
  shop = await WooShop.start({ locale: "zh_CN" });
}, 60_000);
afterAll(async () => {
  await shop?.stop();
  await product?.close();
});

const control = (call: string, body: object) =>
  fetch(`${product.sandboxUrl}/control/${call}`, { method: "POST", body: JSON.stringify(body) });
const settings = (more: Record<string, string>) =>
  shop.post(
    "settings",
    Object.fromEntries(Object.entries(more).map(([name, value]) => [`woocommerce_lingfu_${name}`, value])),
  );

/** Goes to the checkout. @returns the order at Lingfu */
async function checkOut(order: Pick<WooOrder, "id">): Promise<string> {
  const answer = await shop.post(`orders/${order.id}/checkout`);
  expect(answer).toEqual({ result: "success", redirect: expect.stringMatching(/\/pay\/ord_\w+$/) });
  return answer.redirect?.split("/").at(-1) ?? "";
}

async function paid(total: string): Promise<{ order: WooOrder; id: string }> {
  const order = await shop.order(total);
  const id = await checkOut(order);
  await lingfu.sandbox.pay({ id });
  await expect.poll(async () => (await shop.look(order)).status, PATIENCE).toBe("processing");
  return { order, id };
}

test.runIf(hasPhp)(
  "saving the settings tries address and key, and sets up the webhook; secrets are in no page",
  async () => {
    expect((await shop.post("option", { name: "woocommerce_currency", value: "CNY" })).available).toBe(false);
    const { id, secret } = key;
    const wrong = await settings({ enabled: "1", url: product.url, key_id: id, secret: "sk_wrong" });
    expect(wrong.errors).toEqual([expect.stringMatching(/^这样设置无法使用灵付：unauthenticated/)]);
    // The address that was kept is tried all the same, here without the key's id.
    expect((await settings({ enabled: "1", url: `${product.url}/shop`, secret })).errors).toEqual([
      expect.stringContaining("只含协议和域名"),
      expect.stringContaining("signed requests only"),
    ]);
    expect((await settings({ enabled: "1", url: product.url, key_id: id, secret })).errors).toEqual([]);
    expect(await lingfu.webhookEndpoints.list()).toMatchObject({
      data: [{ events: expect.arrayContaining(["payment.late"]) }],
    });
    const page = await shop.page("settings");
    expect(page).toContain("已保存；输入新值即可替换");
    expect(page).not.toMatch(/sk_|whsec_/);
    // What is left empty stays, and no second endpoint is made.
    expect((await settings({ enabled: "1", url: product.url, key_id: id })).errors).toEqual([]);
    expect((await lingfu.webhookEndpoints.list()).data).toHaveLength(1);
    expect((await shop.post("option", { name: "woocommerce_currency", value: "USD" })).available).toBe(false);
    expect((await shop.post("option", { name: "woocommerce_currency", value: "CNY" })).available).toBe(true);
  },
);

test.runIf(hasPhp)(
  "one order at Lingfu however often the button is pressed; its webhook completes the payment once",
  async () => {
    const order = await shop.order("41.00", {
      shipping: "5.00",
      lines: [
        { name: "拿铁", total: "36.00", quantity: 2 },
        { name: "吸管", total: "0.00", quantity: 1 },
      ],
    });
    const ids = await Promise.all([checkOut(order), checkOut(order), checkOut(order)]);
    expect(new Set(ids).size).toBe(1);
    const [id = ""] = ids;
    const there = await lingfu.orders.get(id);
    expect(there).toMatchObject({
      amountTotal: 4_100,
      returnUrl: expect.stringContaining(`/order-received/${order.id}?key=`),
    });
    expect(there.items.map(({ name, unitAmount, quantity }) => [name, unitAmount, quantity])).toEqual([
      ["拿铁", 1_800, 2],
      ["吸管", 0, 1],
      ["运费", 500, 1],
    ]);
    const { transactionId } = await lingfu.sandbox.pay({ id });
    await expect.poll(async () => (await shop.look(order)).status, PATIENCE).toBe("processing");
    expect(await shop.look(order)).toMatchObject({ completed: 1, transaction: transactionId });

    const [delivery] = shop.about(id, "order.paid");
    if (delivery === undefined) throw new Error("nothing was delivered");
    const again = await Promise.all([1, 2, 3].map(() => shop.deliver(delivery)));
    expect(again).toEqual([204, 204, 204]);
    // Coming back, and pressing the button of an old tab, change nothing.
    expect(await shop.page(`order-received/${order.id}?key=${order.key}`)).toBe("Thank you.");
    expect(await shop.post(`orders/${order.id}/checkout`)).toMatchObject({ redirect: there.returnUrl });
    expect(await shop.look(order)).toMatchObject({ completed: 1, notes: [] });
  },
);

test.runIf(hasPhp)("a shopper who is back before the webhook sees what is true", async () => {
  const order = await shop.order("18.00");
  const id = await checkOut(order);
  const back = `order-received/${order.id}?key=${order.key}`;
  expect(await shop.page(back)).toContain("我们还没有收到您的付款");
  shop.isOpen = false;
  await lingfu.sandbox.pay({ id });
  // Whoever does not have the key of the order makes the shop ask nothing.
  await shop.page(`order-received/${order.id}?key=wc_order_guessed`);
  expect((await shop.look(order)).status).toBe("pending");
  expect(await shop.page(back)).toBe("Thank you.");
  expect(await shop.look(order)).toMatchObject({ status: "processing", completed: 1 });
  await expect.poll(() => shop.about(id, "order.paid").length, PATIENCE).toBeGreaterThan(0);
  shop.isOpen = true;
  const [delivery] = shop.about(id, "order.paid");
  expect(delivery && (await shop.deliver(delivery))).toBe(204);
  expect(await shop.look(order)).toMatchObject({ status: "processing", completed: 1 });
});

test.runIf(hasPhp)("a forged, changed or old delivery is refused and changes nothing", async () => {
  const { id } = await paid("9.90");
  const other = await shop.order("9.90");
  const unpaid = await checkOut(other);
  const [delivery] = shop.about(id, "order.paid");
  if (delivery === undefined) throw new Error("nothing was delivered");
  const changed = Buffer.from(delivery.body.toString().replaceAll(id, unpaid));
  expect(await shop.deliver({ ...delivery, body: changed })).toBe(400);
  expect(await shop.deliver(delivery, { "webhook-signature": "v1,AAAA" })).toBe(400);
  expect(await shop.deliver(delivery, { "webhook-timestamp": "1700000000" })).toBe(400);
  expect(await shop.deliver({ ...delivery, headers: {} })).toBe(400);
  expect(await shop.deliver({ ...delivery, body: Buffer.alloc(1_048_577, " ") })).toBe(413);
  expect((await shop.look(other)).status).toBe("pending");
  expect(await shop.log()).not.toMatch(/whsec_|sk_/);
});

test.runIf(hasPhp)(
  "an order that costs something else since is held, and one that is changed in time is paid at its new price",
  async () => {
    const held = await shop.order("10.00");
    const id = await checkOut(held);
    await shop.post(`orders/${held.id}/total`, { total: "100.00" });
    await lingfu.sandbox.pay({ id });
    await expect.poll(async () => (await shop.look(held)).status, PATIENCE).toBe("on-hold");
    const { notes, completed } = await shop.look(held);
    expect([completed, notes]).toEqual([
      undefined,
      [expect.stringMatching(/收到 ¥10\.00，与本订单金额（¥100\.00）不符/)],
    ]);
    const [delivery] = shop.about(id, "order.paid");
    expect(delivery && (await shop.deliver(delivery))).toBe(204);
    expect((await shop.look(held)).notes).toHaveLength(1);

    const changed = await shop.order("10.00");
    const before = await checkOut(changed);
    await shop.post(`orders/${changed.id}/total`, { total: "12.00" });
    const after = await checkOut(changed);
    expect((await lingfu.orders.get(before)).status).toBe("closed");
    expect(await lingfu.sandbox.pay({ id: after })).toMatchObject({ amountPaid: 1_200 });
    await expect.poll(async () => (await shop.look(changed)).status, PATIENCE).toBe("processing");
  },
);

test.runIf(hasPhp)(
  "money that comes after the order closed holds the order, and no second payment is asked for",
  async () => {
    const order = await shop.order("7.00");
    const id = await checkOut(order);
    await fetch(`${product.url}/api/orders/${id}/pay`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body: '{"channel":"native"}' },
    });
    const { outTradeNo } = await lingfu.orders.close(id);
    expect((await control("pay", { outTradeNo, force: true })).status).toBe(200);
    await expect.poll(async () => (await shop.look(order)).status, PATIENCE).toBe("on-hold");
    expect((await shop.look(order)).notes).toEqual([expect.stringMatching(/关闭后收到 ¥7\.00/)]);
    expect((await shop.post(`orders/${order.id}/checkout`)).error).toContain("已收到一笔付款");
  },
);

test.runIf(hasPhp)(
  "a closed order is made again once; an order of another currency, or of parts of a fen, is refused",
  async () => {
    const order = await shop.order("6.00");
    const first = await checkOut(order);
    await lingfu.orders.close(first);
    const again = await Promise.all([checkOut(order), checkOut(order)]);
    expect(new Set(again).size).toBe(1);
    expect(again).not.toContain(first);
    await lingfu.sandbox.pay({ id: again[0] ?? "" });
    await expect.poll(async () => (await shop.look(order)).status, PATIENCE).toBe("processing");

    const inDollars = await shop.order("6.00", { currency: "USD" });
    expect((await shop.post(`orders/${inDollars.id}/checkout`)).error).toContain("只收人民币");
    for (const total of ["6.005", "0.00", "-6.00", "6e2", "6,00"]) {
      const { id } = await shop.order(total);
      expect((await shop.post(`orders/${id}/checkout`)).error, total).toContain("不是精确到分的金额");
    }
  },
);

test.runIf(hasPhp)(
  "refunds: partial, asked twice, more than is left, and one from Lingfu's dashboard",
  async () => {
    const { order, id } = await paid("30.00");
    const refund = (amount: string, reason = "") => shop.post(`orders/${order.id}/refund`, { amount, reason });
    expect(await refund("10.00", "少一杯")).toMatchObject({ id: expect.any(Number) });
    const [made] = (await lingfu.orders.refunds(id)).data;
    expect(made).toMatchObject({ amount: 1_000, reason: "少一杯" });
    expect((await shop.look(order)).refunds).toEqual([["10.00", made?.id]]);
    await expect.poll(() => shop.about(id, "refund.succeeded").length, PATIENCE).toBe(1);
    expect((await shop.look(order)).refunds).toHaveLength(1);

    // By hand at Lingfu: the shop learns of it, once.
    const other = await paid("30.00");
    const byHand = await lingfu.orders.refund(other.id, { amount: 500 });
    await expect.poll(async () => (await shop.look(other.order)).refunds, PATIENCE).toEqual([["5.00", byHand.id]]);
    const [delivery] = shop.about(other.id, "refund.succeeded");
    expect(delivery && (await shop.deliver(delivery))).toBe(204);
    expect((await shop.look(other.order)).refunds).toHaveLength(1);

    expect((await refund("20.01")).error).toBe("Invalid refund amount.");
    expect((await refund("0.001")).error).toContain("最多两位小数");
    const unpaid = await shop.order("5.00");
    expect((await shop.post(`orders/${unpaid.id}/refund`, { amount: "5.00", reason: "" })).error).toContain(
      "没有已入账",
    );
  },
  60_000,
);

test.runIf(hasPhp)("a refund whose answer was lost is asked again without being paid twice", async () => {
  const { order, id } = await paid("20.00");
  const asked = { amount: "8.00", reason: "重试" };
  const idempotencyKey = `woocommerce-${id}-0-800-0`;
  shop.isOpen = false;
  // The call that WooCommerce never heard the answer of.
  const own = createLingfu({ baseUrl: product.url, key });
  const lost = await own.orders.refund(id, { amount: 800, reason: "重试" }, { idempotencyKey });
  expect((await shop.post(`orders/${order.id}/refund`, { ...asked, reason: "另一个原因" })).error).toContain(
    "曾以另一个原因发起",
  );
  await shop.post(`orders/${order.id}/refund`, asked);
  expect((await lingfu.orders.refunds(id)).data.map((each) => each.id)).toEqual([lost.id]);
  expect((await shop.look(order)).refunds).toEqual([["8.00", lost.id]]);
  shop.isOpen = true;
});

test.runIf(hasPhp)("an order that is given up can no longer be paid; one that is paid is not given up", async () => {
  const idle = await shop.order("4.00");
  const id = await checkOut(idle);
  expect(await shop.post(`orders/${idle.id}/give-up`)).toEqual({ cancelled: true });
  expect((await lingfu.orders.get(id)).status).toBe("closed");

  const paidUnheard = await shop.order("4.00");
  const other = await checkOut(paidUnheard);
  shop.isOpen = false;
  await lingfu.sandbox.pay({ id: other });
  expect(await shop.post(`orders/${paidUnheard.id}/give-up`)).toEqual({ cancelled: false });
  shop.isOpen = true;
  expect(await shop.look(paidUnheard)).toMatchObject({ status: "processing", completed: 1 });
});

test("every text of the plug-in is in Chinese, with the same parameters", async () => {
  const files = (await readdir(PLUGIN, { recursive: true })).filter((file) =>
    /^(includes\/.*|lingfu-pay)\.php$/.test(file),
  );
  const sources = await Promise.all(files.map((file) => readFile(`${PLUGIN}/${file}`, "utf8")));
  const texts = sources.flatMap((source) =>
    [...source.matchAll(/__\('([^']+)', 'lingfu-pay'\)/g)].map(([, text]) => text),
  );
  const chinese = await readFile(`${PLUGIN}/languages/lingfu-pay-zh_CN.l10n.php`, "utf8");
  const pairs = [...chinese.matchAll(/^ {8}'([^']+)' => '([^']+)',$/gm)].map(
    ([, from = "", to = ""]) => [from, to] as const,
  );
  expect(texts.length).toBeGreaterThan(40);
  expect(pairs.map(([from]) => from).sort()).toEqual([...new Set(texts)].sort());
  const parameters = (text: string) => (text.match(/%(?:\d\$)?s/g) ?? []).sort();
  for (const [from, to] of pairs)
    expect([to, parameters(to)]).toEqual([expect.stringMatching(/\p{Script=Han}/u), parameters(from)]);
});
