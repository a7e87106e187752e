import { payByCode, reverseTrade } from "../../books/codepay.ts";
import type { OrderProduct, StoredTrade } from "../../books/records.ts";
import { closeTrade, openTrade, TRADE_TYPES } from "../../books/trades.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import { MINUTE_MS } from "../../clock.ts";
import type { SandboxContext } from "../../context.ts";
import { consumeFault } from "../../faults.ts";
import type { HttpRoute } from "../../http.ts";
import { h5Url, knowsShopper, payBeforeClose, stableText } from "../v3/orders.ts";
import { type FieldRules, RULES, required } from "./checks.ts";
import { operationV2, type V2Request } from "./operation.ts";
import { paidFields, tradeFields } from "./views.ts";
import type { XmlFields } from "./xml.ts";

const PRODUCTS: Readonly<Record<string, OrderProduct>> = { NATIVE: "native", JSAPI: "jsapi", MWEB: "h5", APP: "app" };
const CLOSABLE_AFTER_MS = 5 * MINUTE_MS;

const EITHER_NUMBER: FieldRules = { transaction_id: RULES.text(32), out_trade_no: RULES.text(32) };

/** Orders of API v2: create, query, close; payment codes and their reversal. */
export const orderRoutesV2 = (context: SandboxContext): HttpRoute[] => [
  operationV2(context, {
    path: "/pay/unifiedorder",
    operation: (fields) => PRODUCTS[fields.get("trade_type") ?? ""] ?? "native",
    form: ORDER,
    work: (request) => order(context, request),
  }),
  operationV2(context, {
    path: "/pay/orderquery",
    operation: () => "query",
    form: EITHER_NUMBER,
    work: ({ fields }) => tradeFields(findTrade(context, fields)),
  }),
  operationV2(context, {
    path: "/pay/closeorder",
    operation: () => "close",
    form: { out_trade_no: required(RULES.number) },
    work: ({ fields }) => close(context, fields.get("out_trade_no") ?? ""),
  }),
  operationV2(context, {
    path: "/pay/micropay",
    operation: () => "codepay",
    form: MICROPAY,
    work: (request) => micropay(context, request),
  }),
  operationV2(context, {
    path: "/secapi/pay/reverse",
    operation: () => "reverse",
    certificate: true,
    form: EITHER_NUMBER,
    whenRefused: (code) => ({ recall: code === "SYSTEMERROR" ? "Y" : "N" }),
    work: ({ fields }) => {
      reverseTrade(context, findTrade(context, fields).outTradeNo);
      return { recall: "N" };
    },
  }),
];

const COMMON: FieldRules = {
  body: required(RULES.text(128)),
  detail: RULES.text(6000),
  attach: RULES.text(127),
  out_trade_no: required(RULES.number),
  fee_type: RULES.yuan,
  total_fee: required(RULES.fee),
  spbill_create_ip: required(RULES.address),
  goods_tag: RULES.text(32),
  limit_pay: { max: 32, form: /^no_credit$/ },
  time_start: RULES.moment,
  time_expire: RULES.moment,
  device_info: RULES.text(32),
  receipt: { max: 8, form: /^Y$/ },
};
const MICROPAY: FieldRules = { ...COMMON, auth_code: required(RULES.text(128)) };
const ORDER: FieldRules = {
  ...COMMON,
  notify_url: required(RULES.notifyUrl),
  trade_type: required({ max: 16, form: /^(JSAPI|NATIVE|APP|MWEB)$/ }),
  product_id: RULES.text(32),
  openid: RULES.text(128),
  scene_info: { max: 256, form: isJson },
};

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** A field that this kind of trade needs as well. */
const ALSO_REQUIRED: Readonly<Record<OrderProduct, string | null>> = {
  native: "product_id",
  jsapi: "openid",
  h5: "scene_info",
  app: null,
};
/** Fields that may differ between two calls for one order. */
const MAY_DIFFER = new Set([
  "nonce_str",
  "sign",
  "sign_type",
  "spbill_create_ip",
  "scene_info",
  "time_start",
  "auth_code",
]);

function order(context: SandboxContext, { fields, signType }: V2Request): XmlFields {
  const product = PRODUCTS[fields.get("trade_type") ?? ""] ?? "native";
  const needed = ALSO_REQUIRED[product];
  if (needed !== null && !fields.get(needed))
    throw new WeChatError("PARAM_ERROR", `${TRADE_TYPES[product]}支付必须传${needed}`);
  const openid = product === "jsapi" ? (fields.get("openid") ?? "") : null;
  if (openid !== null && !knowsShopper(context, openid)) {
    throw new WeChatError("OPENID_MISMATCH", "appid和openid不匹配");
  }
  const { trade, handover } = openTrade(context, {
    ...partsOf(fields, { signType }),
    product,
    notifyUrl: fields.get("notify_url") ?? "",
    openid,
    expireAt: momentOf(fields.get("time_expire")),
  });
  const answer = { prepay_id: handover.prepayId, trade_type: TRADE_TYPES[trade.product] };
  if (product === "native") return { ...answer, code_url: `weixin://wxpay/bizpayurl?pr=${handover.code}` };
  return product === "h5" ? { ...answer, mweb_url: h5Url(context, handover.prepayId) } : answer;
}

const partsOf = (fields: V2Request["fields"], { signType }: Pick<V2Request, "signType">) => ({
  appid: fields.get("appid") ?? "",
  mchid: fields.get("mch_id") ?? "",
  outTradeNo: fields.get("out_trade_no") ?? "",
  description: fields.get("body") ?? "",
  total: Number(fields.get("total_fee")),
  attach: fields.get("attach") ?? "",
  goodsTag: fields.get("goods_tag") ?? "",
  fingerprint: `v2:${stableText(Object.fromEntries([...fields].filter(([name]) => !MAY_DIFFER.has(name))))}`,
  v2: { signType, deviceInfo: fields.get("device_info") ?? "" },
});

function momentOf(compact: string | undefined): number | null {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(compact ?? "") ?? [];
  if (year === undefined) return null;
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  if (Number.isNaN(moment)) throw new WeChatError("PARAM_ERROR", "time_expire参数格式错误");
  return moment;
}

function findTrade(context: SandboxContext, fields: V2Request["fields"]): StoredTrade {
  const transactionId = fields.get("transaction_id") ?? "";
  const number = fields.get("out_trade_no") ?? "";
  if (transactionId === "" && number === "") throw new WeChatError("PARAM_ERROR", "缺少参数out_trade_no");
  const trade =
    transactionId === "" ? context.store.trades.get(number) : context.store.tradeByTransaction(transactionId);
  if (trade === undefined) throw new WeChatError("ORDER_NOT_EXIST", "订单不存在");
  return trade;
}

/** Unlike v3 it is an error if there is nothing to close. */
function close(context: SandboxContext, number: string): XmlFields {
  const trade = context.store.trades.get(number);
  if (trade === undefined) throw new WeChatError("ORDER_NOT_EXIST", "订单不存在");
  if (trade.state === "CLOSED") throw new WeChatError("ORDER_CLOSED", "订单已关闭");
  const isYoung = context.clock.now() - trade.createdAt < CLOSABLE_AFTER_MS;
  if (isYoung && consumeFault(context.faults.api, "closeTooSoon")) {
    throw new WeChatError("SYSTEM_ERROR", "订单生成后5分钟内不能关闭，请稍后再试");
  }
  payBeforeClose(context, trade);
  closeTrade(context, number);
  return {};
}

function micropay(context: SandboxContext, { fields, signType }: V2Request): XmlFields {
  const authCode = fields.get("auth_code") ?? "";
  const trade = payByCode(context, { ...partsOf(fields, { signType }), authCode });
  if (trade.state === "USERPAYING") throw new WeChatError("USERPAYING", "需要用户输入支付密码");
  if (trade.payment === null) throw new WeChatError("TRADE_ERROR", "用户支付失败");
  return paidFields(trade, trade.payment);
}
