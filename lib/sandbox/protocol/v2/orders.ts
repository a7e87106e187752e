import { MINUTE_MS } from "../../clock.ts";
import { payByCode, reverseTrade } from "../../codepay.ts";
import { strikes } from "../../faults.ts";
import type { OrderProduct, Trade } from "../../records.ts";
import { Refusal } from "../../refusal.ts";
import { closeTrade, openTrade } from "../../trades.ts";
import { TRADE_TYPES } from "../../words.ts";
import type { World } from "../../world.ts";
import type { Route } from "../http.ts";
import { h5Url, knowsShopper, payJustNow, stableText } from "../orders.ts";
import { type V2Request, v2 } from "./door.ts";
import { type Form, RULES, required } from "./form.ts";
import { paidFields, tradeFields } from "./views.ts";
import type { Fields } from "./xml.ts";

const PRODUCTS: Readonly<Record<string, OrderProduct>> = { NATIVE: "native", JSAPI: "jsapi", MWEB: "h5", APP: "app" };
const CLOSABLE_AFTER_MS = 5 * MINUTE_MS;

const WHICH: Form = { transaction_id: RULES.text(32), out_trade_no: RULES.text(32) };

/** Ordering, asking, closing; paying by code and taking that back (wechatpay.md §11). */
export const orderRoutesV2 = (world: World): Route[] => [
  v2(world, {
    path: "/pay/unifiedorder",
    operation: (fields) => PRODUCTS[fields.get("trade_type") ?? ""] ?? "native",
    form: ORDER,
    work: (request) => order(world, request),
  }),
  v2(world, {
    path: "/pay/orderquery",
    operation: () => "query",
    form: WHICH,
    work: ({ fields }) => tradeFields(findTrade(world, fields)),
  }),
  v2(world, {
    path: "/pay/closeorder",
    operation: () => "close",
    form: { out_trade_no: required(RULES.number) },
    work: ({ fields }) => close(world, fields.get("out_trade_no") ?? ""),
  }),
  v2(world, {
    path: "/pay/micropay",
    operation: () => "codepay",
    form: MICROPAY,
    work: (request) => micropay(world, request),
  }),
  v2(world, {
    path: "/secapi/pay/reverse",
    operation: () => "reverse",
    certificate: true,
    form: WHICH,
    whenRefused: (code) => ({ recall: code === "SYSTEMERROR" ? "Y" : "N" }),
    work: ({ fields }) => {
      reverseTrade(world, findTrade(world, fields).outTradeNo);
      return { recall: "N" };
    },
  }),
];

const COMMON: Form = {
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
const MICROPAY: Form = { ...COMMON, auth_code: required(RULES.text(128)) };
const ORDER: Form = {
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

/** What each kind of trade needs besides. */
const NEEDED: Readonly<Record<OrderProduct, string | null>> = {
  native: "product_id",
  jsapi: "openid",
  h5: "scene_info",
  app: null,
};
/** They may differ between two calls for one order. */
const PASSING = new Set([
  "nonce_str",
  "sign",
  "sign_type",
  "spbill_create_ip",
  "scene_info",
  "time_start",
  "auth_code",
]);

function order(world: World, { fields, signType }: V2Request): Fields {
  const product = PRODUCTS[fields.get("trade_type") ?? ""] ?? "native";
  const needed = NEEDED[product];
  if (needed !== null && !fields.get(needed))
    throw new Refusal("PARAM_ERROR", `${TRADE_TYPES[product]}支付必须传${needed}`);
  const openid = product === "jsapi" ? (fields.get("openid") ?? "") : null;
  if (openid !== null && !knowsShopper(world, openid)) {
    throw new Refusal("OPENID_MISMATCH", "appid和openid不匹配");
  }
  const { trade, handover } = openTrade(world, {
    ...partsOf(fields, { signType }),
    product,
    notifyUrl: fields.get("notify_url") ?? "",
    openid,
    expireAt: momentOf(fields.get("time_expire")),
  });
  const answer = { prepay_id: handover.prepayId, trade_type: TRADE_TYPES[trade.product] };
  if (product === "native") return { ...answer, code_url: `weixin://wxpay/bizpayurl?pr=${handover.code}` };
  return product === "h5" ? { ...answer, mweb_url: h5Url(world, handover.prepayId) } : answer;
}

const partsOf = (fields: V2Request["fields"], { signType }: Pick<V2Request, "signType">) => ({
  appid: fields.get("appid") ?? "",
  mchid: fields.get("mch_id") ?? "",
  outTradeNo: fields.get("out_trade_no") ?? "",
  description: fields.get("body") ?? "",
  total: Number(fields.get("total_fee")),
  attach: fields.get("attach") ?? "",
  goodsTag: fields.get("goods_tag") ?? "",
  fingerprint: `v2:${stableText(Object.fromEntries([...fields].filter(([name]) => !PASSING.has(name))))}`,
  v2: { signType, deviceInfo: fields.get("device_info") ?? "" },
});

function momentOf(compact: string | undefined): number | null {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(compact ?? "") ?? [];
  if (year === undefined) return null;
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  if (Number.isNaN(moment)) throw new Refusal("PARAM_ERROR", "time_expire参数格式错误");
  return moment;
}

export function findTrade(world: World, fields: V2Request["fields"]): Trade {
  const transactionId = fields.get("transaction_id") ?? "";
  const number = fields.get("out_trade_no") ?? "";
  if (transactionId === "" && number === "") throw new Refusal("PARAM_ERROR", "缺少参数out_trade_no");
  const trade = transactionId === "" ? world.store.trades.get(number) : world.store.tradeByTransaction(transactionId);
  if (trade === undefined) throw new Refusal("ORDER_NOT_EXIST", "订单不存在");
  return trade;
}

/** Unlike v3 it says when there was nothing to close. */
function close(world: World, number: string): Fields {
  const trade = world.store.trades.get(number);
  if (trade === undefined) throw new Refusal("ORDER_NOT_EXIST", "订单不存在");
  if (trade.state === "CLOSED") throw new Refusal("ORDER_CLOSED", "订单已关闭");
  const isYoung = world.clock.now() - trade.createdAt < CLOSABLE_AFTER_MS;
  if (isYoung && strikes(world.faults.api, "closeTooSoon")) {
    throw new Refusal("SYSTEM_ERROR", "订单生成后5分钟内不能关闭，请稍后再试");
  }
  payJustNow(world, trade);
  closeTrade(world, number);
  return {};
}

function micropay(world: World, { fields, signType }: V2Request): Fields {
  const authCode = fields.get("auth_code") ?? "";
  const trade = payByCode(world, { ...partsOf(fields, { signType }), authCode });
  if (trade.state === "USERPAYING") throw new Refusal("USERPAYING", "需要用户输入支付密码");
  if (trade.payment === null) throw new Refusal("TRADE_ERROR", "用户支付失败");
  return paidFields(trade, trade.payment);
}
