import { isIP } from "node:net";
import { payByCode, reverseTrade } from "../../books/codepay.ts";
import type { OrderProduct, StoredTrade } from "../../books/records.ts";
import { DEFAULT_SHOPPERS } from "../../books/shoppers.ts";
import { closeTrade, openTrade, payTrade } from "../../books/trades.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import { consumeFault } from "../../faults.ts";
import type { HttpRoute, Incoming } from "../../http.ts";
import {
  type Check,
  checkLength,
  fields,
  flag,
  listOf,
  oneOf,
  paramError,
  readBody,
  text,
  wholeNumber,
} from "./checks.ts";
import { operationV3, type V3Answer } from "./operation.ts";
import { transactionView } from "./views.ts";

const PRODUCTS: readonly OrderProduct[] = ["native", "jsapi", "h5", "app"];

/** Orders of API v3: create, query, close. */
export const orderRoutes = (context: SandboxContext): HttpRoute[] => [
  ...PRODUCTS.map(
    (product): HttpRoute => ({
      method: "POST",
      path: `/v3/pay/transactions/${product}`,
      run: operationV3(context, product, (incoming) => order(context, product, incoming)),
    }),
  ),
  {
    method: "GET",
    path: "/v3/pay/transactions/out-trade-no/:number",
    run: operationV3(context, "query", (incoming) => {
      checkMerchantInQuery(context, incoming);
      return show(context.store.trades.get(outTradeNoOf(incoming)));
    }),
  },
  {
    method: "GET",
    path: "/v3/pay/transactions/id/:number",
    run: operationV3(context, "query", (incoming) => {
      checkMerchantInQuery(context, incoming);
      return show(context.store.tradeByTransaction(incoming.params.number ?? ""));
    }),
  },
  {
    method: "POST",
    path: "/v3/pay/transactions/out-trade-no/:number/close",
    run: operationV3(context, "close", (incoming) => close(context, incoming)),
  },
];

interface OrderBody {
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  readonly out_trade_no: string;
  readonly notify_url: string;
  readonly time_expire?: string;
  readonly attach?: string;
  readonly goods_tag?: string;
  readonly amount: { readonly total: number };
  readonly payer?: { readonly openid: string };
  readonly scene_info?: unknown;
}

const NUMBER_FORM = /^[0-9A-Za-z_\-|*]+$/;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export const notifyUrl: Check = (value, at) => {
  text(255)(value, at);
  const url = URL.canParse(String(value)) ? new URL(String(value)) : null;
  // Real WeChat Pay takes https only; a product on the same machine has no certificate, so loopback may be http here.
  const allowed = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.has(url.hostname));
  if (url === null || !allowed) throw paramError(at, value, "回调地址须为外网可访问的https地址");
  if (url.search !== "" || String(value).includes("?")) throw paramError(at, value, "回调地址不能携带参数");
};

const moment: Check = (value, at) => {
  text(64, { form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ })(value, at);
  if (Number.isNaN(Date.parse(String(value)))) throw paramError(at, value, "不是合法的时间");
};

const address: Check = (value, at) => {
  text(45)(value, at);
  if (isIP(String(value)) === 0) throw paramError(at, value, "不是合法的IP地址");
};

const SCENE_OPTIONAL = {
  device_id: text(32, { min: 0 }),
  store_info: fields({ id: text(32) }, { name: text(256), area_code: text(32), address: text(512) }),
};
const scene = fields({ payer_client_ip: address }, SCENE_OPTIONAL);
const H5_INFO = fields(
  { type: oneOf("iOS", "Android", "Wap") },
  { app_name: text(64), app_url: text(128), bundle_id: text(128), package_name: text(128) },
);

const REQUIRED = {
  appid: text(32),
  mchid: text(32),
  description: text(127),
  out_trade_no: text(32, { min: 6, form: NUMBER_FORM }),
  notify_url: notifyUrl,
  amount: fields({ total: wholeNumber(1, 1_000_000_000) }, { currency: oneOf("CNY") }),
};
const OPTIONAL = {
  time_expire: moment,
  attach: text(128, { min: 0 }),
  goods_tag: text(32, { min: 0 }),
  limit_pay: listOf(oneOf("no_credit", "no_debit", "no_balance")),
  support_fapiao: flag,
  settle_info: fields({}, { profit_sharing: flag }),
  detail: fields(
    {},
    {
      cost_price: wholeNumber(0),
      invoice_id: text(32, { min: 0 }),
      goods_detail: listOf(
        fields(
          { merchant_goods_id: text(32), quantity: wholeNumber(1), unit_price: wholeNumber(0) },
          { wechatpay_goods_id: text(32), goods_name: text(256) },
        ),
      ),
    },
  ),
};

const CHECKS: Readonly<Record<OrderProduct, Check>> = {
  native: fields(REQUIRED, { ...OPTIONAL, scene_info: scene }),
  app: fields(REQUIRED, { ...OPTIONAL, scene_info: scene }),
  jsapi: fields({ ...REQUIRED, payer: fields({ openid: text(128) }) }, { ...OPTIONAL, scene_info: scene }),
  h5: fields(
    { ...REQUIRED, scene_info: fields({ payer_client_ip: address, h5_info: H5_INFO }, SCENE_OPTIONAL) },
    OPTIONAL,
  ),
};

const { notify_url: _unused, ...AT_COUNTER } = REQUIRED;
/** No notify_url: the answer is the result. */
const CODEPAY = fields(
  {
    ...AT_COUNTER,
    payer: fields({ auth_code: text(32) }),
    scene_info: fields(
      {},
      {
        device_id: text(32),
        device_ip: address,
        store_info: fields({}, { id: text(32), out_id: text(32) }),
      },
    ),
  },
  {
    attach: OPTIONAL.attach,
    goods_tag: OPTIONAL.goods_tag,
    support_fapiao: OPTIONAL.support_fapiao,
    detail: OPTIONAL.detail,
    settle_info: OPTIONAL.settle_info,
  },
);

function order(context: SandboxContext, product: OrderProduct, { body: bytes }: Incoming): V3Answer {
  const body = readBody<OrderBody>(bytes, CHECKS[product]);
  checkParties(context, body);
  const openid = body.payer?.openid ?? null;
  if (openid !== null && !knowsShopper(context, openid)) {
    throw new WeChatError("OPENID_MISMATCH", "payer.openid与appid不匹配", { field: "/payer/openid", location: "body" });
  }
  // Only the shopper's IP address may differ between two calls for one order.
  const { scene_info: _, ...binding } = body;
  const { trade, handover } = openTrade(context, {
    product,
    appid: body.appid,
    mchid: body.mchid,
    outTradeNo: body.out_trade_no,
    description: body.description,
    notifyUrl: body.notify_url,
    total: body.amount.total,
    attach: body.attach ?? "",
    goodsTag: body.goods_tag ?? "",
    openid,
    expireAt: body.time_expire === undefined ? null : Date.parse(body.time_expire),
    fingerprint: stableText(binding),
  });
  if (trade.product === "native")
    return { status: 200, value: { code_url: `weixin://wxpay/bizpayurl?pr=${handover.code}` } };
  if (trade.product === "h5") return { status: 200, value: { h5_url: h5Url(context, handover.prepayId) } };
  return { status: 200, value: { prepay_id: handover.prepayId } };
}

export const h5Url = (context: SandboxContext, prepayId: string): string =>
  `${context.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepayId}&package=${Buffer.from(prepayId).readUInt32BE(2)}`;

function close(context: SandboxContext, incoming: Incoming): V3Answer {
  const { body: bytes } = incoming;
  const number = outTradeNoOf(incoming);
  const { mchid } = readBody<{ mchid: string }>(bytes, fields({ mchid: text(32) }));
  if (mchid !== context.keys.mchid) throw new WeChatError("MCH_NOT_EXISTS", "商户号不存在");
  payBeforeClose(context, context.store.trades.get(number));
  closeTrade(context, number);
  return { status: 204 };
}

/** The order number in the path. */
function outTradeNoOf({ params: { number = "" } }: Incoming): string {
  checkLength(number, { min: 6, max: 32 }, { at: "/out_trade_no", location: "uri_template" });
  return number;
}

/** A fault: the payment happens between the merchant's last query and its close call. */
export function payBeforeClose(context: SandboxContext, trade: StoredTrade | undefined): void {
  if (
    trade?.state === "NOTPAY" &&
    consumeFault(context.faultBook.of(trade.outTradeNo).api, "payBetweenQueryAndClose")
  ) {
    payTrade(context, { trade, openid: trade.openid ?? DEFAULT_SHOPPERS[0].openid });
  }
}

function show(trade: StoredTrade | undefined): V3Answer {
  if (trade === undefined) throw new WeChatError("ORDER_NOT_EXIST", "订单不存在");
  return { status: 200, value: transactionView(trade) };
}

function checkMerchantInQuery(context: SandboxContext, { url }: Incoming): void {
  const mchid = url.searchParams.get("mchid");
  if (mchid === null || mchid === "") {
    throw new WeChatError("PARAM_ERROR", "缺少必填参数mchid", {
      field: "mchid",
      location: "query",
      issue: "必填参数缺失",
    });
  }
  if (mchid !== context.keys.mchid) throw new WeChatError("MCH_NOT_EXISTS", "商户号不存在");
}

function checkParties({ keys }: SandboxContext, { appid, mchid }: Pick<OrderBody, "appid" | "mchid">): void {
  if (mchid !== keys.mchid) throw new WeChatError("MCH_NOT_EXISTS", "商户号不存在或与签名商户号不一致");
  if (appid !== keys.appid) throw new WeChatError("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配");
}

export const knowsShopper = ({ store }: SandboxContext, openid: string): boolean =>
  store.shoppers.get(openid) !== undefined || DEFAULT_SHOPPERS.some((shopper) => shopper.openid === openid);

/** The same text for the same content, in any order of the fields. */
export function stableText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(stableText).join(",")}]`;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, inner]) => `${JSON.stringify(name)}:${stableText(inner)}`).join(",")}}`;
}

/** Payment codes (付款码) of API v3. */
export const codepayRoutes = (context: SandboxContext): HttpRoute[] => [
  {
    method: "POST",
    path: "/v3/pay/transactions/codepay",
    run: operationV3(context, "codepay", (incoming) => pay(context, incoming)),
  },
  {
    method: "POST",
    path: "/v3/pay/transactions/out-trade-no/:number/reverse",
    run: operationV3(context, "reverse", (incoming) => reverse(context, incoming)),
  },
];

interface CodepayBody {
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  readonly out_trade_no: string;
  readonly attach?: string;
  readonly goods_tag?: string;
  readonly payer: { readonly auth_code: string };
  readonly amount: { readonly total: number };
}

function pay(context: SandboxContext, { body: bytes }: Incoming): V3Answer {
  const body = readBody<CodepayBody>(bytes, CODEPAY);
  checkParties(context, body);
  const { payer, scene_info: _, ...binding } = body as CodepayBody & { scene_info: unknown };
  const trade = payByCode(context, {
    appid: body.appid,
    mchid: body.mchid,
    outTradeNo: body.out_trade_no,
    description: body.description,
    total: body.amount.total,
    attach: body.attach ?? "",
    goodsTag: body.goods_tag ?? "",
    authCode: payer.auth_code,
    fingerprint: stableText(binding),
  });
  return show(trade);
}

function reverse(context: SandboxContext, incoming: Incoming): V3Answer {
  const { body } = incoming;
  const number = outTradeNoOf(incoming);
  const parties = readBody<{ appid: string; mchid: string }>(body, fields({ appid: text(32), mchid: text(32) }));
  checkParties(context, parties);
  const trade = reverseTrade(context, number);
  return { status: 200, value: { ...parties, out_trade_no: trade.outTradeNo } };
}
