import { createHash, timingSafeEqual } from "node:crypto";
import { type Fen, fenFromYuan, formatYuan } from "#lib/base/fen.ts";

// "Epay" (yi zhifu), version 1: the forms that Chinese self-hosted software sends to a payment site, signed by MD5 with a shared key.
// Written from public descriptions of the protocol and from what its clients send. MD5 is the protocol's choice: it shows who asks, and
// never that anything is paid.

export type EpayParams = ReadonlyMap<string, string>;

const UNSIGNED: ReadonlySet<string> = new Set(["sign", "sign_type"]);
const SIGN_FORM = /^[0-9a-f]{32}$/i;

/** What is not empty, as `name=value` in the order of names, joined by `&` and followed by the key: its MD5 in lower-case hex. */
function epaySignature(params: EpayParams, key: string): string {
  const text = [...params]
    .filter(([name, value]) => value !== "" && !UNSIGNED.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return createHash("md5")
    .update(text + key, "utf8")
    .digest("hex");
}

export function isSignedBy(params: EpayParams, key: string): boolean {
  const sign = params.get("sign") ?? "";
  const type = params.get("sign_type") ?? "MD5";
  if (!SIGN_FORM.test(sign) || !/^(md5)?$/i.test(type)) return false;
  return timingSafeEqual(Buffer.from(sign.toLowerCase()), Buffer.from(epaySignature(params, key)));
}

/** What the protocol says of a paid order; the same in a notice and in the address that the shopper goes back to. */
export interface PaidFacts {
  readonly pid: string;
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly name: string;
  readonly amount: Fen;
  readonly param: string | null;
}

/** `address` with the signed facts behind it; what stands in its own query stays, unsigned. */
export function paidAddress(
  address: string,
  { pid, orderId, outTradeNo, name, amount, param }: PaidFacts,
  key: string,
): string {
  const url = new URL(address);
  const facts = new Map([
    ["pid", pid],
    ["trade_no", orderId],
    ["out_trade_no", outTradeNo],
    ["type", "wxpay"],
    ["name", name],
    ["money", formatYuan(amount)],
    ["trade_status", "TRADE_SUCCESS"],
    ...(param === null ? [] : [["param", param] as const]),
  ]);
  for (const [fact, value] of facts) url.searchParams.set(fact, value);
  url.searchParams.set("sign", epaySignature(facts, key));
  url.searchParams.set("sign_type", "MD5");
  return url.href;
}

/** Whether a notice's answer takes it: `success`, whatever the case and what stands around it. */
export const isTaken = (answer: string): boolean => /^success\b/i.test(answer.replace(/^\ufeff/, "").trimStart());

/** Yuan with at most two decimals; null for anything else, and for nothing. */
export function readMoney(text: string): Fen | null {
  const amount = fenFromYuan(text.trim());
  return amount === null || amount === 0 ? null : amount;
}
