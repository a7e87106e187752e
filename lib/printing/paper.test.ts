import { expect, test } from "vitest";
import type { ReceiptFacts } from "#lib/storage/printing/receipt-facts.ts";
import { receiptDocument, refundDocument } from "./documents.ts";
import { cellsOf, layOut, type PaperLine } from "./paper.ts";

// Goal: a receipt says what was paid, to the cell, on both widths of paper.

const ORDER: ReceiptFacts = {
  orderId: "ord_1",
  number: "LF0000000000000001",
  scene: null,
  shop: "老王茶餐厅",
  store: { name: "中环店", address: null, phone: "0755-12345678" },
  till: "一号台",
  cashier: "小陈",
  items: [
    { name: "冻柠茶（少冰、走甜、加柠檬两片，外带袋装）", unitAmount: 1_850, quantity: 2, discount: 200 },
    { name: "Egg tart ¥6", unitAmount: 600, quantity: 1, discount: 0 },
  ],
  ...{ amountTotal: 4_300, amountDiscount: 200, amountDue: 4_100 },
  payment: {
    ...{ channel: "codepay", amountPaid: 4_100, payerAmount: 3_850, transactionId: "4200000000202611301234567890" },
    paidAt: new Date("2026-11-30T02:03:04Z"),
  },
  refunded: 0,
  sandbox: false,
};
const CONTEXT = {
  language: "zh-CN",
  reprint: false,
  printedAt: new Date("2026-11-30T02:03:05Z"),
  publicUrl: "https://shop.example",
} as const;

const shown = (lines: readonly PaperLine[]) =>
  lines.map((line) => (line.kind === "qr" ? `[${line.content}]` : line.text));

test("a receipt on 58 mm paper", () => {
  expect(shown(layOut(receiptDocument(ORDER, CONTEXT), 58))).toEqual([
    "   老王茶餐厅",
    "            收款小票",
    "--------------------------------",
    "门店                      中环店",
    "收银台                    一号台",
    "收银员                      小陈",
    "电话               0755-12345678",
    "--------------------------------",
    "冻柠茶（少冰、走甜、加柠檬两片，",
    "外带袋装）",
    "  18.50 x 2                37.00",
    "  优惠                     -2.00",
    "Egg tart ￥6",
    "  6.00 x 1                  6.00",
    "--------------------------------",
    "合计                       43.00",
    "优惠                       -2.00",
    "应付                       41.00",
    "微信优惠                   -2.50",
    "实付                     38.50元",
    "--------------------------------",
    "支付方式                  付款码",
    "支付时间     2026-11-30 10:03:04",
    "微信单号",
    "    4200000000202611301234567890",
    "订单号        LF0000000000000001",
    "[https://shop.example/pay/ord_1]",
    "          扫码查看订单",
    "  打印时间 2026-11-30 10:03:05",
  ]);
});

test("on 80 mm paper the pairs reach the right edge, and no line is longer", () => {
  const lines = layOut(receiptDocument(ORDER, CONTEXT), 80);
  expect(shown(lines)).toContain("微信单号            4200000000202611301234567890");
  expect(shown(lines)).toContain("冻柠茶（少冰、走甜、加柠檬两片，外带袋装）");
  for (const line of lines)
    if (line.kind === "line") expect(cellsOf(line.text)).toBeLessThanOrEqual(line.isWide ? 24 : 48);
});

test("what nobody said has no line, and no rule of its own", () => {
  const lines = shown(layOut(receiptDocument({ ...ORDER, store: null, till: null, cashier: null }, CONTEXT), 58));
  expect(lines.slice(1, 4)).toEqual(["            收款小票", "-".repeat(32), "冻柠茶（少冰、走甜、加柠檬两片，"]);
});

test("a reprint and the sandbox are marked", () => {
  const lines = shown(layOut(receiptDocument({ ...ORDER, sandbox: true }, { ...CONTEXT, reprint: true }), 58));
  expect(lines.slice(1, 4)).toEqual(["            收款小票", "    * 补打 *", "      沙箱测试，未真实收款"]);
});

test("a refund receipt says how much went back, and of what", () => {
  const refund = {
    order: ORDER,
    number: "RF1",
    amount: 1_850,
    reason: "少做一杯",
    at: new Date("2026-11-30T03:00:00Z"),
  };
  const lines = shown(layOut(refundDocument(refund, CONTEXT), 58));
  expect(lines).toContain("退款金额                 18.50元");
  expect(lines).toContain("原实付                     38.50");
  expect(lines).toContain("退款原因                少做一杯");
});

test("what the printer has no character for is a question mark, and nothing in a name is a command", () => {
  const lines = layOut([{ kind: "text", text: "茶🍵\u001b@\u001dV\u0000 €5 𠮷" }], 58);
  expect(shown(lines)).toEqual(["茶? @ V  EUR5 ?"]);
});
