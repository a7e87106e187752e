import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { fundFlowBill, type TradeBillType, tradeBill } from "../../books/bill-text.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import type { HttpRoute } from "../../http.ts";
import { checkBillDay } from "../v3/bills.ts";
import { required } from "./checks.ts";
import { operationV2, type V2File, type V2Request } from "./operation.ts";

const DAY = required({ max: 8, form: /^[0-9]{8}$/ });
const GZIP = { max: 8, form: /^GZIP$/ };
const TYPES: readonly TradeBillType[] = ["ALL", "SUCCESS", "REFUND"];

/** The bills of v3, in the answer itself instead of behind a link. */
export const billRoutesV2 = (context: SandboxContext): HttpRoute[] => [
  operationV2(context, {
    path: "/pay/downloadbill",
    operation: () => "bill",
    bill: true,
    form: { bill_date: DAY, bill_type: { max: 16, form: /^(ALL|SUCCESS|REFUND)$/ }, tar_type: GZIP },
    work: ({ fields }) => {
      const type = TYPES.find((known) => known === fields.get("bill_type")) ?? "ALL";
      return deliver(context, fields, (day) => tradeBill(context, day, type));
    },
  }),
  operationV2(context, {
    path: "/pay/downloadfundflow",
    operation: () => "bill",
    bill: true,
    certificate: true,
    hmacOnly: true,
    form: { bill_date: DAY, account_type: required({ max: 16, form: /^(Basic|ApiOperation|Fees)$/ }), tar_type: GZIP },
    work: ({ fields }) =>
      deliver(context, fields, (day) => (fields.get("account_type") === "Basic" ? fundFlowBill(context, day) : null)),
  }),
];

function deliver(context: SandboxContext, fields: V2Request["fields"], write: (day: string) => string | null): V2File {
  const day = (fields.get("bill_date") ?? "").replace(/^(....)(..)(..)$/, "$1-$2-$3");
  checkBillDay(context, day);
  const text = write(day);
  if (text === null) throw new WeChatError("NO_STATEMENT_EXIST", "账单不存在");
  const bytes = Buffer.from(text, "utf8");
  const headers = { Digest: `SHA=${createHash("sha1").update(bytes).digest("hex")}` };
  return fields.get("tar_type") === "GZIP"
    ? { bytes: gzipSync(bytes), type: "application/x-gzip", headers }
    : { bytes, type: "text/plain; charset=utf-8", headers };
}
