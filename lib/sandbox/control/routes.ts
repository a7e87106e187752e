import { declineCodepay } from "../books/codepay.ts";
import { DEFAULT_SHOPPERS, giveVoucher, shopperByOpenid, shoppersOf, vouchersOf } from "../books/shoppers.ts";
import { findPayable, payTrade } from "../books/trades.ts";
import type { SandboxContext } from "../context.ts";
import { changeFaults, noFaults } from "../faults.ts";
import { type HttpAnswer, type HttpRoute, type Incoming, json, type RouteHandler } from "../http.ts";
import { type KeyMode, randomText, rotate } from "../keys/key-ring.ts";
import { OPERATIONS } from "../protocol/api-faults.ts";
import { ControlError, iso, optionalField, readObject, showNotice, showTrade, withControlErrors } from "./format.ts";
import { CONTROL_CALLS, FAULT_NOTES } from "./reference.ts";

/** The control calls. Plain JSON; invalid requests get 400 `{error:{code,message}}`. */
export function controlRoutes(context: SandboxContext): HttpRoute[] {
  const route = (name: keyof typeof CONTROL_CALLS, run: RouteHandler): HttpRoute => {
    const [method, path] = name.split(" ") as ["GET" | "POST", string];
    return { method, path, run: (incoming) => withControlErrors(run, incoming) };
  };
  return [
    {
      method: "GET",
      path: "/control",
      run: () =>
        json(200, {
          calls: CONTROL_CALLS,
          faults: noFaults(),
          operations: OPERATIONS,
          notes: FAULT_NOTES,
          doors: addressesOf(context),
        }),
    },
    route("POST /control/pay", (incoming) => pay(context, incoming)),
    route("POST /control/auth-code", (incoming) => makeAuthCode(context, incoming)),
    route("GET /control/faults", () => json(200, context.faults)),
    route("POST /control/faults", ({ body }) => {
      const { outTradeNo, ...change } = readObject(body);
      const number = optionalField({ outTradeNo }, "outTradeNo", "string");
      const faults = number === undefined ? context.faults : context.faultBook.own(number);
      const wrong = changeFaults(faults, change);
      if (wrong !== null) throw new ControlError("invalid_request", wrong);
      return json(200, faults);
    }),
    route("GET /control/trades", ({ url }) =>
      json(200, { trades: listTrades(context, url.searchParams.get("outTradeNo")) }),
    ),
    route("POST /control/notify", (incoming) => resend(context, incoming)),
    route("POST /control/forge", (incoming) => forge(context, incoming)),
    route("GET /control/clock", () => json(200, showClock(context))),
    route("POST /control/clock", (incoming) => setClock(context, incoming)),
    route("GET /control/keys", () => json(200, showKeys(context))),
    route("POST /control/keys", (incoming) => setKeys(context, incoming)),
    route("GET /control/shoppers", () => json(200, { shoppers: shoppersOf(context) })),
    route("POST /control/shoppers", (incoming) => addShopper(context, incoming)),
    route("GET /control/vouchers", (incoming) => listVouchers(context, incoming)),
    route("POST /control/vouchers", (incoming) => addVoucher(context, incoming)),
    route("POST /control/reset", () => reset(context)),
  ];
}

function pay(context: SandboxContext, { body }: Incoming): HttpAnswer {
  const request = readObject(body);
  const trade = findPayable(context, {
    codeUrl: optionalField(request, "codeUrl", "string"),
    prepayId: optionalField(request, "prepayId", "string"),
    h5Url: optionalField(request, "h5Url", "string"),
    outTradeNo: optionalField(request, "outTradeNo", "string"),
  });
  const outcome = request.outcome ?? "success";
  if (outcome === "cancel" || outcome === "fail") {
    return json(200, { ...showTrade(context, declineCodepay(context, trade)), outcome });
  }
  if (outcome !== "success") throw new ControlError("invalid_request", '"outcome" must be success, cancel or fail');
  const bankType = optionalField(request, "bankType", "string");
  const coupon = optionalField(request, "coupon", "number");
  if (coupon !== undefined && (!Number.isSafeInteger(coupon) || coupon < 0 || coupon > trade.total)) {
    throw new ControlError("invalid_request", '"coupon" must be whole fen, at most the total');
  }
  const couponType = optionalField(request, "couponType", "string") ?? "CASH";
  if (couponType !== "CASH" && couponType !== "NOCASH") {
    throw new ControlError("invalid_request", '"couponType" must be CASH or NOCASH');
  }
  const paid = payTrade(context, {
    trade,
    openid: optionalField(request, "openid", "string") ?? trade.openid ?? DEFAULT_SHOPPERS[0].openid,
    ...(coupon === undefined ? {} : { coupon }),
    couponType,
    force: optionalField(request, "force", "boolean") ?? false,
    ...(bankType === undefined ? {} : { bankType }),
  });
  return json(200, { ...showTrade(context, paid), outcome });
}

function makeAuthCode(context: SandboxContext, { body }: Incoming): HttpAnswer {
  const openid = optionalField(readObject(body), "openid", "string") ?? DEFAULT_SHOPPERS[0].openid;
  if (shopperByOpenid(context, openid) === undefined) throw new ControlError("not_found", "unknown openid");
  const { text, expiresAt } = context.wallet.make(openid, context.clock.now());
  return json(200, { authCode: text, openid, expiresAt: iso(expiresAt) });
}

const addressesOf = ({ url, tlsUrl }: SandboxContext) => ({
  http: url,
  https: `${tlsUrl} (certificate: sandbox/tls_ca.pem; v2's /secapi calls and downloadfundflow need the merchant's)`,
});

function listTrades(context: SandboxContext, outTradeNo: string | null): unknown[] {
  const { trades } = context.store;
  const chosen = outTradeNo === null ? [...trades.values()] : [trades.get(outTradeNo)];
  return chosen.filter((trade) => trade !== undefined).map((trade) => showTrade(context, trade));
}

async function resend(context: SandboxContext, { body }: Incoming): Promise<HttpAnswer> {
  const request = readObject(body);
  const outRefundNo = optionalField(request, "outRefundNo", "string");
  const outTradeNo =
    outRefundNo === undefined
      ? optionalField(request, "outTradeNo", "string")
      : context.store.refunds.get(outRefundNo)?.outTradeNo;
  const chosen = context.store
    .noticesOf(outTradeNo ?? "")
    .filter((notice) => outRefundNo === undefined || notice.outRefundNo === outRefundNo);
  if (chosen.length === 0)
    throw new ControlError("not_found", "no notice of that number; only paid orders and ended refunds have one");
  const sent = await Promise.all(chosen.map((notice) => context.notifier.resend(notice.id)));
  return json(200, { notices: sent.filter((notice) => notice !== undefined).map(showNotice) });
}

async function forge(context: SandboxContext, { body }: Incoming): Promise<HttpAnswer> {
  const trade = context.store.trades.get(optionalField(readObject(body), "outTradeNo", "string") ?? "");
  if (trade === undefined) throw new ControlError("not_found", "no trade of that number");
  return json(200, { result: await context.notifier.forge(trade) });
}

const showClock = ({ clock }: SandboxContext) => ({
  now: iso(clock.now()),
  speed: clock.setting.speed,
  skewMs: clock.skewMs,
});

function setClock(context: SandboxContext, { body }: Incoming): HttpAnswer {
  const request = readObject(body);
  const speed = optionalField(request, "speed", "number") ?? context.clock.setting.speed;
  if (!(speed > 0 && speed <= 1_000_000))
    throw new ControlError("invalid_request", '"speed" must be above 0, at most 1000000');
  const advanceMs = optionalField(request, "advanceMs", "number") ?? 0;
  if (!Number.isSafeInteger(advanceMs)) throw new ControlError("invalid_request", '"advanceMs" must be a whole number');
  const skewMs = optionalField(request, "skewMs", "number") ?? context.clock.skewMs;
  if (!Number.isSafeInteger(skewMs)) throw new ControlError("invalid_request", '"skewMs" must be a whole number');
  context.clock.skewMs = skewMs;
  context.clock.change({ speed, advanceMs });
  context.store.clock.put("setting", context.clock.setting);
  context.notifier.wake();
  return json(200, showClock(context));
}

const MODES: readonly KeyMode[] = ["certificate", "public_key", "mix"];

async function setKeys(context: SandboxContext, { body }: Incoming): Promise<HttpAnswer> {
  const request = readObject(body);
  const mode = MODES.find((known) => known === (request.mode ?? context.keys.mode));
  if (mode === undefined) throw new ControlError("invalid_request", `"mode" must be one of ${MODES.join(", ")}`);
  const turn = request.rotate ?? false;
  if (typeof turn !== "boolean" && turn !== "surprise") {
    throw new ControlError("invalid_request", '"rotate" must be true or "surprise"');
  }
  // Merchants that started with the public key have no certificates; another combination must be requested.
  const absent = request.mode === undefined ? context.keys.certificates404 : mode === "public_key";
  const certificates404 = optionalField(request, "certificates404", "boolean") ?? absent;
  const how = turn === "surprise" ? "surprise" : "planned";
  const ring = turn === false ? context.keys : await rotate(context.keys, how, new Date(context.clock.wallMs()));
  await context.changeKeys({ ...ring, mode, certificates404 });
  return json(200, showKeys(context));
}

const showKeys = ({ keys }: SandboxContext) => ({
  mode: keys.mode,
  certificates404: keys.certificates404,
  serials: keys.platform.map((certificate) => certificate.serial),
  publicKeyId: keys.publicKey.id,
  mchid: keys.mchid,
  appid: keys.appid,
  merchantSerial: keys.merchant.serial,
});

function addShopper(context: SandboxContext, { body }: Incoming): HttpAnswer {
  const request = readObject(body);
  const name = optionalField(request, "name", "string") ?? "";
  const openid = optionalField(request, "openid", "string") ?? `o${randomText(27)}`;
  if (name === "" || name.length > 20) throw new ControlError("invalid_request", '"name" must have 1 to 20 characters');
  if (!/^[0-9A-Za-z_-]{1,128}$/.test(openid)) throw new ControlError("invalid_request", '"openid" has a wrong form');
  return json(200, context.store.shoppers.put(openid, { openid, name }));
}

async function reset(context: SandboxContext): Promise<HttpAnswer> {
  await context.notifier.clear();
  context.store.clear();
  context.wallet.clear();
  context.clock.reset();
  context.faultBook.clear();
  return json(200, { reset: true });
}

/** Puts a voucher of WeChat Pay into a person's wallet. */
function addVoucher(context: SandboxContext, { body }: Incoming): HttpAnswer {
  const request = readObject(body);
  const openid = optionalField(request, "openid", "string") ?? DEFAULT_SHOPPERS[0].openid;
  if (shopperByOpenid(context, openid) === undefined) throw new ControlError("not_found", "unknown openid");
  const type = optionalField(request, "type", "string") ?? "CASH";
  if (type !== "CASH" && type !== "NOCASH") throw new ControlError("invalid_request", '"type" must be CASH or NOCASH');
  const goodsTag = optionalField(request, "goodsTag", "string") ?? "";
  if (goodsTag.length > 32) throw new ControlError("invalid_request", '"goodsTag" must have at most 32 characters');
  const amount = amountIn(request, "amount", { least: 1 });
  const byMerchant = type === "NOCASH" ? amount : amountIn(request, "byMerchant", { most: amount });
  const voucher = giveVoucher(context, {
    openid,
    type,
    amount,
    goodsTag,
    byMerchant,
    name: (optionalField(request, "name", "string") ?? "微信支付代金券").slice(0, 64),
    batch: optionalField(request, "batch", "string") ?? "10008888",
    minimum: amountIn(request, "minimum"),
  });
  return json(200, voucher);
}

const AMOUNT_MAX = 1_000_000_000;

function amountIn(request: Record<string, unknown>, name: string, { least = 0, most = AMOUNT_MAX } = {}): number {
  const amount = optionalField(request, name, "number") ?? 0;
  if (Number.isSafeInteger(amount) && amount >= least && amount <= most) return amount;
  throw new ControlError("invalid_request", `"${name}" must be whole fen from ${least} to ${most}`);
}

const listVouchers = (context: SandboxContext, { url }: Incoming): HttpAnswer =>
  json(200, { vouchers: vouchersOf(context, url.searchParams.get("openid")) });
