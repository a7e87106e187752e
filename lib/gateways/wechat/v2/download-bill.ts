import type { Agent } from "node:https";
import type { Log } from "#lib/base/log.ts";
import { type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { BillFile, BillKind, BillRefusal } from "#lib/payment/index.ts";
import { BILL_LIMITS, billFileOf } from "../bill-file.ts";
import type { SendOptions } from "../send-with-backup.ts";
import { callV2, type V2Call, type V2Signer } from "./call.ts";
import { billMeaning } from "./error-table.ts";
import { oneLine } from "./wire.ts";
import { parseFields } from "./xml.ts";

export interface BillDesk {
  readonly signer: V2Signer;
  readonly way: SendOptions;
  readonly isSecure: boolean;
  /** Shows the merchant's certificate, which the fund flow wants to see. */
  readonly agent: Agent | null;
  readonly log: Log;
}

/** v2 hands the file over at once, unsigned; only a refusal comes as XML. Source: wechatpay.md §11. */
export async function downloadBill(
  { signer, way, isSecure, agent, log }: BillDesk,
  day: string,
  kind: BillKind,
): Promise<Outcome<BillFile, BillRefusal>> {
  const isFunds = kind === "funds";
  if (isFunds && isSecure && agent === null) return refused("not_permitted", "the merchant certificate is missing");
  // The fund flow accepts only one signature type, whichever the account uses.
  const by: V2Signer = isFunds ? { ...signer, signType: "HMAC-SHA256" } : signer;
  const result = await callV2(by, way, { ...callFor(day, kind), ...(isFunds && agent !== null ? { agent } : {}) });
  if (result.kind === "no_answer") return unknown(result.cause);
  if (result.status !== 200) return unknown(`HTTP ${result.status}`);
  if (result.body.subarray(0, 64).toString("latin1").trimStart().startsWith("<")) {
    const fields = parseFields(result.body);
    const said = oneLine([fields?.get("err_code"), fields?.get("return_msg"), fields?.get("err_code_des")].join(" "));
    log.warn("gateway.refusal", { call: "POST bill", detail: said });
    const meaning = billMeaning(said);
    return meaning === "unknown" ? unknown(said) : refused(meaning, said);
  }
  return billFileOf(result.body, null);
}

const callFor = (day: string, kind: BillKind): V2Call => ({
  path: kind === "funds" ? "/pay/downloadfundflow" : "/pay/downloadbill",
  fields: {
    bill_date: day.replaceAll("-", ""),
    tar_type: "GZIP",
    ...(kind === "funds" ? { account_type: "Basic" } : { bill_type: "ALL" }),
  },
  limits: BILL_LIMITS,
});
