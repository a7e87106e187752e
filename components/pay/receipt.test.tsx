import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import { Details } from "./details.tsx";
import { textOf } from "./text.ts";

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

const wordsOf = (order: OrderView): string =>
  renderToStaticMarkup(<Details order={order} text={textOf("zh-CN")} />)
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

test("each discount with its name, its reason and its amount, from the total down to what is due", () => {
  expect(wordsOf(ORDER)).toMatch(/¥\s?71\.90 .*咖啡节 第2件半价 −¥\s?13\.00 .*满50减20 −¥\s?20\.00 .*¥\s?38\.90/);
});

test("without a discount there is one sum", () => {
  const words = wordsOf({ ...ORDER, amountDiscount: 0, amountDue: 7_190, discounts: [] });
  expect(words).not.toContain("−");
  expect(words.match(/71\.90/g)).toHaveLength(1);
});
