import { openRefund, retryAbnormalRefund } from "../../books/refunds.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import type { HttpRoute, Incoming } from "../../http.ts";
import { checkLength, fields, listOf, oneOf, readBody, text, wholeNumber } from "./checks.ts";
import { operationV3, type V3Answer } from "./operation.ts";
import { notifyUrl, stableText } from "./orders.ts";
import { decryptField } from "./signing.ts";
import { refundView } from "./views.ts";

/** Refunds of API v3. */
export const refundRoutes = (context: SandboxContext): HttpRoute[] => [
  {
    method: "POST",
    path: "/v3/refund/domestic/refunds",
    run: operationV3(context, "refund", (incoming) => open(context, incoming)),
  },
  {
    method: "GET",
    path: "/v3/refund/domestic/refunds/:number",
    run: operationV3(context, "query_refund", ({ params: { number = "" } }) => {
      checkLength(number, { max: 64 }, { at: "/out_refund_no", location: "uri_template" });
      const refund = context.store.refunds.get(number);
      if (refund === undefined) throw new WeChatError("RESOURCE_NOT_EXISTS", "退款单不存在");
      return { status: 200, value: refundView(refund) };
    }),
  },
  {
    method: "POST",
    path: "/v3/refund/domestic/refunds/:id/apply-abnormal-refund",
    run: operationV3(context, "mend_refund", (incoming) => finishAbnormal(context, incoming)),
  },
];

const ABNORMAL_REFUND = fields(
  { out_refund_no: text(64), type: oneOf("USER_BANK_CARD", "MERCHANT_BANK_CARD") },
  { bank_type: text(16), bank_account: text(1024), real_name: text(1024) },
);

interface AbnormalBody {
  readonly out_refund_no: string;
  readonly type: "USER_BANK_CARD" | "MERCHANT_BANK_CARD";
  readonly bank_type?: string;
  readonly bank_account?: string;
  readonly real_name?: string;
}

const BANK = /^(ICBC|ABC|BOC|CCB|COMM|PSBC|CMB|PAB|SPDB|CITIC|CEB|CMBC|CIB|GDB|NBCB)_DEBIT$/;

function finishAbnormal(context: SandboxContext, { params, body: bytes, headers }: Incoming): V3Answer {
  const body = readBody<AbnormalBody>(bytes, ABNORMAL_REFUND);
  const account = body.type === "USER_BANK_CARD" ? cardOf(context, body, headers["wechatpay-serial"]) : "商户基本账户";
  const refund = retryAbnormalRefund(context, {
    refundId: params.id ?? "",
    outRefundNo: body.out_refund_no,
    receivedAccount: account,
  });
  return { status: 200, value: refundView(refund) };
}

/** The card as WeChat shows it; wrong or unreadable fields are refused by name. */
function cardOf(context: SandboxContext, body: AbnormalBody, serial: string | string[] | undefined): string {
  const wrong = (field: string, issue: string) =>
    new WeChatError("PARAM_ERROR", issue, { field: `/${field}`, location: "body" });
  if (!BANK.test(body.bank_type ?? "")) throw wrong("bank_type", "不支持该银行，仅支持部分银行的借记卡");
  const open = (field: "bank_account" | "real_name") => {
    const text = decryptField(context.keys, { serial: String(serial ?? ""), ciphertext: body[field] ?? "" });
    if (text === null) throw wrong(field, "敏感字段解密失败，请检查加密公钥与Wechatpay-Serial");
    return text;
  };
  const card = open("bank_account");
  if (!/^\d{12,19}$/.test(card)) throw wrong("bank_account", "收款银行卡号格式错误");
  if (open("real_name").trim() === "") throw wrong("real_name", "收款用户姓名错误");
  return `${body.bank_type}${card.slice(-4)}`;
}

interface RefundBody {
  readonly transaction_id?: string;
  readonly out_trade_no?: string;
  readonly out_refund_no: string;
  readonly reason?: string;
  readonly notify_url?: string;
  readonly amount: { readonly refund: number; readonly total: number };
}

const REFUND = fields(
  {
    out_refund_no: text(64, { form: /^[0-9A-Za-z_\-|*@]+$/ }),
    amount: fields(
      { refund: wholeNumber(1), total: wholeNumber(1), currency: oneOf("CNY") },
      { from: listOf(fields({ account: oneOf("AVAILABLE", "UNAVAILABLE"), amount: wholeNumber(1) })) },
    ),
  },
  {
    transaction_id: text(32),
    out_trade_no: text(32, { min: 6 }),
    reason: text(80),
    notify_url: notifyUrl,
    funds_account: oneOf("AVAILABLE", "UNSETTLED"),
    goods_detail: listOf(
      fields(
        {
          merchant_goods_id: text(32),
          unit_price: wholeNumber(0),
          refund_amount: wholeNumber(0),
          refund_quantity: wholeNumber(1),
        },
        { wechatpay_goods_id: text(32), goods_name: text(256) },
      ),
    ),
  },
);

function open(context: SandboxContext, { body: bytes }: Incoming): V3Answer {
  const body = readBody<RefundBody>(bytes, REFUND);
  if (body.transaction_id === undefined && body.out_trade_no === undefined) {
    throw new WeChatError("PARAM_ERROR", "transaction_id与out_trade_no须二选一", {
      field: "/transaction_id",
      location: "body",
    });
  }
  const refund = openRefund(context, {
    outRefundNo: body.out_refund_no,
    transactionId: body.transaction_id ?? null,
    outTradeNo: body.out_trade_no ?? null,
    amount: body.amount.refund,
    total: body.amount.total,
    reason: body.reason ?? "",
    notifyUrl: body.notify_url ?? null,
    fingerprint: stableText({ ...body.amount, of: body.transaction_id ?? body.out_trade_no }),
  });
  return { status: 200, value: refundView(refund) };
}
