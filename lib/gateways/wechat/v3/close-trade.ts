import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { CloseRefusal } from "#lib/payment/index.ts";
import { closeMeaning } from "./error-table.ts";
import type { V3Http } from "./http.ts";

/** Source: wechatpay.md §6.3. WeChat also answers 204 for a number it never saw, so `done` proves nothing about the number. */
export async function closeTrade(http: V3Http, number: string): Promise<Outcome<"closed", CloseRefusal>> {
  const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}/close`;
  const reply = await http.post(path, { mchid: http.merchantNumber });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return reply.status === 204 ? done("closed") : unknown(`HTTP ${reply.status}`);
  const meaning = closeMeaning(reply.code);
  if (meaning === "unknown") return unknown(`HTTP ${reply.status} ${reply.code}`);
  return meaning === "closed" ? done("closed") : refused(meaning, reply.detail);
}
