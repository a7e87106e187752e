import { type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { BillFile, BillKind, BillRefusal } from "#lib/payment/index.ts";
import { BILL_LIMITS, billFileOf } from "../bill-file.ts";
import { billMeaning } from "./error-table.ts";
import type { V3Http } from "./http.ts";
import { billLinkSchema, parseJson } from "./wire.ts";

const QUESTIONS: Readonly<Record<BillKind, string>> = {
  trades: "tradebill?bill_type=ALL",
  funds: "fundflowbill?account_type=BASIC",
};

/** Asks where the bill is, by a verified answer, and fetches it; its hash is what makes the unsigned file believable. */
export async function downloadBill(http: V3Http, day: string, kind: BillKind): Promise<Outcome<BillFile, BillRefusal>> {
  const reply = await http.get(`/v3/bill/${QUESTIONS[kind]}&bill_date=${encodeURIComponent(day)}&tar_type=GZIP`);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "refusal") {
    const meaning = billMeaning(reply.status, reply.code);
    return meaning === "unknown" ? unknown(`HTTP ${reply.status} ${reply.detail}`) : refused(meaning, reply.detail);
  }
  const link = parseJson(reply.body, billLinkSchema);
  if (link === null) return unknown("the answer names no bill that we can fetch");
  const file = await http.file(link.path, BILL_LIMITS);
  if (file.kind === "no_answer") return unknown(file.cause);
  return file.status === 200 ? billFileOf(file.body, link.sha1) : unknown(`the bill's file: HTTP ${file.status}`);
}
