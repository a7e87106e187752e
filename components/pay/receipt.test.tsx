import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import { discountWords } from "#lib/texts/offers.ts";
import { payText } from "#lib/texts/pay.ts";
import { Receipt } from "./receipt.tsx";

const ORDER: OrderView = {
  id: "ord_1",
  outTradeNo: "LF0001",
  status: "pending",
  currency: "CNY",
  description: "灵付咖啡",
  amountTotal: 7_190,
  amountDiscount: 3_300,
  amountDue: 3_890,
  amountPaid: 0,
  amountPayer: null,
  amountSettled: 0,
  amountRefunded: 0,
  items: [
    {
      id: "itm_1",
      name: "燕麦拿铁",
      sku: "l",
      category: null,
      unitAmount: 2_600,
      quantity: 2,
      amount: 5_200,
      discount: 2_744,
    },
    {
      id: "itm_2",
      name: "气泡水",
      sku: "s",
      category: null,
      unitAmount: 1_990,
      quantity: 1,
      amount: 1_990,
      discount: 556,
    },
  ],
  discounts: [
    { id: "p1", name: "咖啡节", amount: 1_300, reason: "第2件半价" },
    { id: "p2", name: "满50减20", amount: 2_000, reason: null },
  ],
  vouchers: [],
  goodsTag: null,
  storeCode: null,
  tillCode: null,
  cashier: null,
  extraPayments: [],
  payUrl: "http://localhost/pay/ord_1",
  returnUrl: null,
  channel: null,
  transactionId: null,
  scene: null,
  metadata: {},
  createdAt: "2026-07-01T00:00:00.000Z",
  expiresAt: "2026-07-01T02:00:00.000Z",
  paidAt: null,
  closedAt: null,
};

const planOf = (order: OrderView, blocks = ["scene_facts", "items", "offers"]) => ({
  blocks,
  copy: { itemsTitle: "订单明细" },
  facts: [{ label: "桌号", value: "A12" }],
  offers: order.discounts.map((one) => ({ id: one.id, amount: one.amount, ...discountWords(one, "zh-CN") })),
  optional: [] as { id: string; name: string; saves: number; why: string; chosen: boolean }[],
  repeat: [] as string[],
});

const wordsOf = (order: OrderView): string =>
  renderToStaticMarkup(
    <Receipt order={order} plan={planOf(order)} text={payText("zh-CN")} offersUrl="/pay/ord_1/offers" />,
  )
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

test("each discount with its name, its reason and its amount, and the sums down to what is due", () => {
  expect(wordsOf(ORDER)).toMatch(
    /桌号 A12 .*咖啡节 第2件半价 −\s?¥\s?13\.00 .*满50减20 −\s?¥\s?20\.00 .*¥\s?71\.90 .*−¥\s?33\.00 .*¥\s?38\.90/,
  );
});

test("without a discount there is one sum", () => {
  const words = wordsOf({ ...ORDER, amountDiscount: 0, amountDue: 7_190, discounts: [] });
  expect(words).not.toContain("−");
  expect(words.match(/71\.90/g)).toHaveLength(1);
});

test.each([
  ["paid", {}, /实付 ¥\s?38\.90/],
  ["paid with a coupon of WeChat's own", { amountPayer: 3_590 }, /微信优惠 −¥\s?3\.00 实付 ¥\s?35\.90/],
  ["partially_refunded", { amountRefunded: 1_000 }, /实付 ¥\s?38\.90 已退款 ¥\s?10\.00/],
  ["closed", { amountPaid: 0 }, /订单金额 ¥\s?38\.90/],
] as const)("%s: the last sum says what it is, and no longer what is due", (word, change, sums) => {
  const status = word.startsWith("paid") ? "paid" : word;
  const words = wordsOf({ ...ORDER, status, amountPaid: 3_890, ...change } as OrderView);
  expect(words).toMatch(sums);
  expect(words).not.toContain("应付");
});

test("a line says what it costs less", () => {
  expect(wordsOf(ORDER)).toMatch(/燕麦拿铁 .*¥\s?52\.00 已减 ¥\s?27\.44 气泡水 .*¥\s?19\.90 已减 ¥\s?5\.56/);
});

test("the parts stand in the plan's order, and what it leaves out is not there", () => {
  const html = renderToStaticMarkup(
    <Receipt
      order={ORDER}
      plan={planOf(ORDER, ["items", "scene_facts"])}
      text={payText("zh-CN")}
      offersUrl="/pay/ord_1/offers"
    />,
  );
  expect(html.indexOf("燕麦拿铁")).toBeLessThan(html.indexOf("桌号"));
  expect(html).not.toContain("咖啡节");
});

test("what may be taken or left says what comes of the touch, each for itself", () => {
  const optional = [
    { id: "p1", name: "咖啡节", saves: 1_300, why: "第2件半价", chosen: true },
    { id: "p9", name: "减3元", saves: 300, why: "减3元", chosen: false },
  ];
  const html = renderToStaticMarkup(
    <Receipt
      order={ORDER}
      plan={{ ...planOf(ORDER), optional }}
      text={payText("zh-CN")}
      offersUrl="/pay/ord_1/offers"
    />,
  );
  expect([...html.matchAll(/name="offers" value="([^"]*)"/g)].map(([, value]) => value)).toEqual(["", "p1,p9"]);
  expect(html.match(/aria-label="[^"]*"/g)).toEqual(['aria-label="不使用 咖啡节"', 'aria-label="使用 减3元"']);
  expect(html.match(/咖啡节</g)).toHaveLength(1);
});

test("what was bought the last time is a line to read", () => {
  const plan = { ...planOf(ORDER, ["repeat"]), repeat: ["可颂", "美式"] };
  const html = renderToStaticMarkup(<Receipt order={ORDER} plan={plan} text={payText("zh-CN")} offersUrl={null} />);
  expect(html).toContain("上次买了：可颂、美式");
});
