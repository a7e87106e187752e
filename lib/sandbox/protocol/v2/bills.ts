import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { fundFlowBill, type TradeBillType, tradeBill } from "../../bill-text.ts";
import { Refusal } from "../../refusal.ts";
import type { World } from "../../world.ts";
import { checkBillDay } from "../bills.ts";
import type { Route } from "../http.ts";
import { type V2File, type V2Request, v2 } from "./door.ts";
import { required } from "./form.ts";

const DAY = required({ max: 8, form: /^[0-9]{8}$/ });
const GZIP = { max: 8, form: /^GZIP$/ };
const TYPES: readonly TradeBillType[] = ["ALL", "SUCCESS", "REFUND"];

/** The bills of v3, handed over at once instead of by a link (wechatpay.md §11). */
export const billRoutesV2 = (world: World): Route[] => [
  v2(world, {
    path: "/pay/downloadbill",
    operation: () => "bill",
    bill: true,
    form: { bill_date: DAY, bill_type: { max: 16, form: /^(ALL|SUCCESS|REFUND)$/ }, tar_type: GZIP },
    work: ({ fields }) => {
      const type = TYPES.find((known) => known === fields.get("bill_type")) ?? "ALL";
      return deliver(world, fields, (day) => tradeBill(world, day, type));
    },
  }),
  v2(world, {
    path: "/pay/downloadfundflow",
    operation: () => "bill",
    bill: true,
    certificate: true,
    hmacOnly: true,
    form: { bill_date: DAY, account_type: required({ max: 16, form: /^(Basic|Operation|Fees)$/ }), tar_type: GZIP },
    work: ({ fields }) =>
      deliver(world, fields, (day) => (fields.get("account_type") === "Basic" ? fundFlowBill(world, day) : null)),
  }),
];

function deliver(world: World, fields: V2Request["fields"], write: (day: string) => string | null): V2File {
  const day = (fields.get("bill_date") ?? "").replace(/^(....)(..)(..)$/, "$1-$2-$3");
  checkBillDay(world, day);
  const text = write(day);
  if (text === null) throw new Refusal("NO_STATEMENT_EXIST", "账单不存在");
  const bytes = Buffer.from(text, "utf8");
  const headers = { Digest: `SHA=${createHash("sha1").update(bytes).digest("hex")}` };
  return fields.get("tar_type") === "GZIP"
    ? { bytes: gzipSync(bytes), type: "application/x-gzip", headers }
    : { bytes, type: "text/plain; charset=utf-8", headers };
}
