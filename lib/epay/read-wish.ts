import {
  EPAY_NAME_CHARS_MAX,
  EPAY_NUMBER_CHARS_MAX,
  EPAY_PARAM_CHARS_MAX,
  EPAY_URL_CHARS_MAX,
} from "#lib/base/epay-limits.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import type { EpayTrouble } from "#lib/contract/epay.ts";
import type { EpayOrder } from "./ports.ts";
import { type EpayParams, readMoney } from "./protocol.ts";

export type EpayWish = Pick<EpayOrder, "outTradeNo" | "amount" | "name" | "param" | "notifyUrl" | "returnUrl">;

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const NUMBER_FORM = /^[\x21-\x7e]+$/;

/** A form of `submit.php` or `mapi.php`; the first thing that is wrong with it. */
export function readWish(params: EpayParams): EpayWish | EpayTrouble {
  const outTradeNo = params.get("out_trade_no") ?? "";
  const name = (params.get("name") ?? "").replaceAll(/\s+/g, " ").trim();
  const param = params.get("param") ?? "";
  const notifyUrl = params.get("notify_url") ?? "";
  const returnUrl = params.get("return_url") ?? "";
  const amount = readMoney(params.get("money") ?? "");
  // No kind of payment is named where the shopper is to choose; there is one here.
  if (!["", "wxpay"].includes(params.get("type") ?? "")) return "type";
  if (!NUMBER_FORM.test(outTradeNo) || outTradeNo.length > EPAY_NUMBER_CHARS_MAX) return "out_trade_no";
  if (name === "" || [...name].length > EPAY_NAME_CHARS_MAX || UNPRINTABLE.test(name) || !name.isWellFormed())
    return "name";
  if (amount === null || amount > AMOUNT_FEN_MAX) return "money";
  if (!isAddress(notifyUrl)) return "notify_url";
  if (returnUrl !== "" && !isAddress(returnUrl)) return "return_url";
  if ([...param].length > EPAY_PARAM_CHARS_MAX || param.includes("\u0000") || !param.isWellFormed()) return "param";
  const filled = (text: string) => (text === "" ? null : text);
  return { outTradeNo, name, amount, notifyUrl, returnUrl: filled(returnUrl), param: filled(param) };
}

function isAddress(text: string): boolean {
  if (text.length > EPAY_URL_CHARS_MAX || !/^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) || !URL.canParse(text))
    return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}
