import { expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import { payText } from "#lib/texts/pay.ts";
import { aftermathOf, pageTitle } from "./aftermath.ts";

const ORDER = {
  status: "pending",
  amountDue: 3_800,
  amountRefunded: 0,
  extraPayments: [],
  paidAt: "2026-07-01T02:00:00.000Z",
} as unknown as OrderView;
const LATE = [{ verdict: "late", resolution: "open" }] as unknown as OrderView["extraPayments"];
const text = payText("zh-CN");

test.each([
  ["what is due", {}, false, "¥38.00 · 小店"],
  ["that it is being confirmed", {}, true, "正在确认… · 小店"],
  ["paid, also when one comes back from WeChat", { status: "paid" }, true, "支付成功 · 小店"],
  ["closed", { status: "closed" }, false, "订单已关闭 · 小店"],
  ["closed and paid late", { status: "closed", extraPayments: LATE }, false, "订单已关闭，款项已收到 · 小店"],
  ["refunded in part", { status: "partially_refunded", amountRefunded: 1_200 }, false, "已部分退款 · 小店"],
  ["refunded", { status: "refunded", amountRefunded: 3_800 }, false, "已全额退款 · 小店"],
] as const)("the tab says %s", (_name, change, returned, title) => {
  expect(pageTitle({ ...ORDER, ...change } as OrderView, { shop: "小店", language: "zh-CN", returned })).toBe(title);
});

test("a refund says how much, a late payment what becomes of it", () => {
  const partly = { ...ORDER, status: "partially_refunded", amountRefunded: 1_200 } as OrderView;
  expect(aftermathOf(partly, text)?.hint).toMatch(/^已退 ¥12\.00 · /);
  const late = { ...ORDER, status: "closed", extraPayments: LATE } as OrderView;
  expect(aftermathOf(late, text)?.hint).toBe(text.after.lateHint);
  const returned = [{ verdict: "late", resolution: "refunded" }] as unknown as OrderView["extraPayments"];
  expect(aftermathOf({ ...late, extraPayments: returned }, text)?.hint).toBe(text.after.lateRefunded);
  expect(aftermathOf(ORDER, text)).toBeNull();
});
