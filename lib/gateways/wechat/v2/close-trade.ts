import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { CloseRefusal } from "#lib/payment/index.ts";
import { closeMeaning } from "./error-table.ts";
import type { V2Http } from "./http.ts";

/** Source: wechatpay.md §6.3, §11. WeChat may refuse this for five minutes after the trade was opened. */
export async function closeTrade(http: V2Http, number: string): Promise<Outcome<"closed", CloseRefusal>> {
  const reply = await http.post({ path: "/pay/closeorder", fields: { out_trade_no: number } });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "answer") return done("closed");
  const meaning = closeMeaning(reply.code);
  if (meaning === "unknown") return unknown(reply.detail);
  return meaning === "closed" ? done("closed") : refused(meaning, reply.detail);
}
