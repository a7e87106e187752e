import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { Trade } from "#lib/payment/index.ts";
import { findMeaning } from "./error-table.ts";
import type { V3Http } from "./http.ts";
import { paidTradeOf, paidTradeSchema, parseJson, tradeSchema, tradeStateOf } from "./wire.ts";

/** Asks for a trade by our number. Source: wechatpay.md §6.2, §8. */
export async function findTrade(http: V3Http, number: string): Promise<Outcome<Trade, "absent">> {
  const found = await ask(http, `out-trade-no/${encodeURIComponent(number)}`);
  // An answer that was signed for another number says nothing about this one.
  return found.kind === "done" && found.value.number !== number ? unknown("the answer is about another trade") : found;
}

/** Asks for a trade by WeChat's number of its payment. */
export async function findTradeByTransaction(http: V3Http, transactionId: string): Promise<Outcome<Trade, "absent">> {
  const found = await ask(http, `id/${encodeURIComponent(transactionId)}`);
  if (found.kind !== "done") return found;
  const { payment } = found.value;
  return payment !== null && payment.transactionId !== transactionId
    ? unknown("the answer is about another payment")
    : found;
}

async function ask(http: V3Http, which: string): Promise<Outcome<Trade, "absent">> {
  const query = `mchid=${encodeURIComponent(http.merchantNumber)}`;
  const reply = await http.get(`/v3/pay/transactions/${which}?${query}`);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "refusal") {
    const meaning = findMeaning(reply.status, reply.code);
    return meaning === "absent" ? refused("absent", reply.detail) : unknown(`HTTP ${reply.status} ${reply.code}`);
  }
  return readTrade(reply.body);
}

/** A trade as verified bytes tell it. */
export function readTrade(body: Buffer): Outcome<Trade, never> {
  const trade = parseJson(body, tradeSchema);
  if (trade === null) return unknown("the answer is no trade");
  const state = tradeStateOf(trade.trade_state);
  if (state === undefined) return unknown(`trade state ${trade.trade_state}`);
  if (state !== "paid") return done({ number: trade.out_trade_no, state, payment: null });
  const paid = parseJson(body, paidTradeSchema);
  if (paid === null) return unknown("a paid trade lacks what a payment must have");
  return done({ number: trade.out_trade_no, state, payment: paidTradeOf(paid) });
}
