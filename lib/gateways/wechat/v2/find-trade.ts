import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { Trade } from "#lib/payment/index.ts";
import { tradeStateOf } from "../v3/wire.ts";
import { findMeaning } from "./error-table.ts";
import type { V2Http, V2Reply } from "./http.ts";
import { paidTradeOf, textIn } from "./wire.ts";
import type { XmlTexts } from "./xml.ts";

/** Asks for a trade by our number. Source: wechatpay.md §8, §11. */
export const findTrade = async (http: V2Http, number: string): Promise<Outcome<Trade, "absent">> =>
  readTrade(await queryTrade(http, number), number);

export const queryTrade = (http: V2Http, number: string): Promise<V2Reply> =>
  http.post({ path: "/pay/orderquery", fields: { out_trade_no: number } });

export function readTrade(reply: V2Reply, number: string): Outcome<Trade, "absent"> {
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "refusal") {
    return findMeaning(reply.code) === "absent" ? refused("absent", reply.detail) : unknown(reply.detail);
  }
  return tradeOf(reply.fields, number);
}

function tradeOf(fields: XmlTexts, number: string): Outcome<Trade, never> {
  // An answer that was signed for another number says nothing about this one.
  if (fields.get("out_trade_no") !== number) return unknown("the answer is about another trade");
  const state = tradeStateOf(textIn(fields, "trade_state"));
  if (state === undefined) return unknown("the answer has no trade state that we know");
  if (state !== "paid") return done({ number, state, payment: null });
  const payment = paidTradeOf(fields);
  return payment === null ? unknown("a paid trade lacks what a payment must have") : done({ number, state, payment });
}
