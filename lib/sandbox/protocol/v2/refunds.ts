import type { StoredRefund } from "../../books/records.ts";
import { openRefund } from "../../books/refunds.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import type { HttpRoute } from "../../http.ts";
import { stableText } from "../v3/orders.ts";
import { RULES, required } from "./checks.ts";
import { operationV2, type V2Request } from "./operation.ts";
import { numberedRefund, refundFields } from "./views.ts";
import type { XmlFields } from "./xml.ts";

/** Refunds in one answer; `offset` gives the next ones. */
const PAGE = 10;

/** Refunds of API v2. */
export const refundRoutesV2 = (context: SandboxContext): HttpRoute[] => [
  operationV2(context, {
    path: "/secapi/pay/refund",
    operation: () => "refund",
    certificate: true,
    form: {
      transaction_id: RULES.text(32),
      out_trade_no: RULES.text(32),
      out_refund_no: required(RULES.refundNumber),
      total_fee: required(RULES.fee),
      refund_fee: required(RULES.fee),
      refund_fee_type: RULES.yuan,
      refund_desc: RULES.text(80),
      refund_account: { max: 30, form: /^REFUND_SOURCE_(UNSETTLED|RECHARGE)_FUNDS$/ },
      notify_url: RULES.notifyUrl,
    },
    work: ({ fields }) => refundFields(open(context, fields)),
  }),
  operationV2(context, {
    path: "/pay/refundquery",
    operation: () => "query_refund",
    form: {
      transaction_id: RULES.text(32),
      out_trade_no: RULES.text(32),
      out_refund_no: RULES.text(64),
      refund_id: RULES.text(32),
      offset: { max: 3, form: /^[0-9]+$/ },
    },
    work: ({ fields }) => query(context, fields),
  }),
];

function open(context: SandboxContext, fields: V2Request["fields"]): StoredRefund {
  const given = (name: string): string | null => fields.get(name) || null;
  const transactionId = given("transaction_id");
  const outTradeNo = given("out_trade_no");
  if (transactionId === null && outTradeNo === null) throw new WeChatError("PARAM_ERROR", "缺少参数transaction_id");
  const amount = Number(fields.get("refund_fee"));
  const total = Number(fields.get("total_fee"));
  return openRefund(context, {
    outRefundNo: fields.get("out_refund_no") ?? "",
    transactionId,
    outTradeNo,
    amount,
    total,
    reason: given("refund_desc") ?? "",
    notifyUrl: given("notify_url"),
    fingerprint: `v2:${stableText({ amount, total, of: transactionId ?? outTradeNo })}`,
  });
}

function query(context: SandboxContext, fields: V2Request["fields"]): XmlFields {
  const found = find(context, fields);
  const [first] = found;
  if (first === undefined) throw new WeChatError("RESOURCE_NOT_EXISTS", "退款单不存在");
  const offset = fields.get("offset") ?? "";
  const page = found.slice(Number(offset), Number(offset) + PAGE);
  const numbered = page.map(numberedRefund);
  return {
    transaction_id: first.transactionId,
    out_trade_no: first.outTradeNo,
    total_fee: String(first.total),
    settlement_total_fee: String(first.total),
    fee_type: "CNY",
    cash_fee: String(first.total),
    ...(offset === "" ? {} : { total_refund_count: String(found.length) }),
    refund_count: String(page.length),
    ...Object.assign({}, ...numbered),
  };
}

/** By the most specific number given. */
function find({ store }: SandboxContext, fields: V2Request["fields"]): StoredRefund[] {
  const given = (name: string): string => fields.get(name) ?? "";
  if (given("refund_id") !== "")
    return [...store.refunds.values()].filter((one) => one.refundId === given("refund_id"));
  if (given("out_refund_no") !== "") {
    const refund = store.refunds.get(given("out_refund_no"));
    return refund === undefined ? [] : [refund];
  }
  const trade = given("transaction_id")
    ? store.tradeByTransaction(given("transaction_id"))
    : store.trades.get(given("out_trade_no"));
  if (given("transaction_id") === "" && given("out_trade_no") === "") {
    throw new WeChatError("PARAM_ERROR", "缺少参数out_refund_no");
  }
  return trade === undefined ? [] : store.refundsOf(trade.outTradeNo);
}
