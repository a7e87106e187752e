import { declineCodepay } from "./codepay.ts";
import { CALLS, NOTES } from "./control-calls.ts";
import { answering, BadControl, optional, readObject } from "./control-request.ts";
import { iso, showNotice, showTrade } from "./control-views.ts";
import { addVoucher, listVouchers } from "./control-vouchers.ts";
import { changeFaults, noFaults } from "./faults.ts";
import { type KeyMode, randomText, rotate } from "./keys.ts";
import { type Answer, type Handler, type Incoming, json, type Route } from "./protocol/http.ts";
import { OPERATIONS } from "./protocol/mishaps.ts";
import { DEFAULT_SHOPPERS, shopperByOpenid, shoppersOf } from "./shoppers.ts";
import { findPayable, payTrade } from "./trades.ts";
import type { World } from "./world.ts";

/** Everything a program may do to the sandbox. Plain JSON; wrong requests get 400 `{error:{code,message}}`. */
export function controlRoutes(world: World): Route[] {
  const route = (name: keyof typeof CALLS, run: Handler): Route => {
    const [method, path] = name.split(" ") as ["GET" | "POST", string];
    return { method, path, run: (incoming) => answering(run, incoming) };
  };
  return [
    {
      method: "GET",
      path: "/control",
      run: () =>
        json(200, { calls: CALLS, faults: noFaults(), operations: OPERATIONS, notes: NOTES, doors: doorsOf(world) }),
    },
    route("POST /control/pay", (incoming) => pay(world, incoming)),
    route("POST /control/auth-code", (incoming) => makeAuthCode(world, incoming)),
    route("GET /control/faults", () => json(200, world.faults)),
    route("POST /control/faults", ({ body }) => {
      const wrong = changeFaults(world.faults, readObject(body));
      if (wrong !== null) throw new BadControl("invalid_request", wrong);
      return json(200, world.faults);
    }),
    route("GET /control/trades", ({ url }) =>
      json(200, { trades: listTrades(world, url.searchParams.get("outTradeNo")) }),
    ),
    route("POST /control/notify", (incoming) => resend(world, incoming)),
    route("GET /control/clock", () => json(200, showClock(world))),
    route("POST /control/clock", (incoming) => setClock(world, incoming)),
    route("GET /control/keys", () => json(200, showKeys(world))),
    route("POST /control/keys", (incoming) => setKeys(world, incoming)),
    route("GET /control/shoppers", () => json(200, { shoppers: shoppersOf(world) })),
    route("POST /control/shoppers", (incoming) => addShopper(world, incoming)),
    route("GET /control/vouchers", (incoming) => listVouchers(world, incoming)),
    route("POST /control/vouchers", (incoming) => addVoucher(world, incoming)),
    route("POST /control/reset", () => reset(world)),
  ];
}

function pay(world: World, { body }: Incoming): Answer {
  const request = readObject(body);
  const trade = findPayable(world, {
    codeUrl: optional(request, "codeUrl", "string"),
    prepayId: optional(request, "prepayId", "string"),
    h5Url: optional(request, "h5Url", "string"),
    outTradeNo: optional(request, "outTradeNo", "string"),
  });
  const outcome = request.outcome ?? "success";
  if (outcome === "cancel" || outcome === "fail") {
    return json(200, { ...showTrade(world, declineCodepay(world, trade)), outcome });
  }
  if (outcome !== "success") throw new BadControl("invalid_request", '"outcome" must be success, cancel or fail');
  const bankType = optional(request, "bankType", "string");
  const coupon = optional(request, "coupon", "number");
  if (coupon !== undefined && (!Number.isSafeInteger(coupon) || coupon < 0 || coupon > trade.total)) {
    throw new BadControl("invalid_request", '"coupon" must be whole fen, at most the total');
  }
  const couponType = optional(request, "couponType", "string") ?? "CASH";
  if (couponType !== "CASH" && couponType !== "NOCASH") {
    throw new BadControl("invalid_request", '"couponType" must be CASH or NOCASH');
  }
  const paid = payTrade(world, {
    trade,
    openid: optional(request, "openid", "string") ?? trade.openid ?? DEFAULT_SHOPPERS[0].openid,
    ...(coupon === undefined ? {} : { coupon }),
    couponType,
    force: optional(request, "force", "boolean") ?? false,
    ...(bankType === undefined ? {} : { bankType }),
  });
  return json(200, { ...showTrade(world, paid), outcome });
}

function makeAuthCode(world: World, { body }: Incoming): Answer {
  const openid = optional(readObject(body), "openid", "string") ?? DEFAULT_SHOPPERS[0].openid;
  if (shopperByOpenid(world, openid) === undefined) throw new BadControl("not_found", "unknown openid");
  const { text, expiresAt } = world.wallet.make(openid, world.clock.now());
  return json(200, { authCode: text, openid, expiresAt: iso(expiresAt) });
}

const doorsOf = ({ url, tlsUrl }: World) => ({
  http: url,
  https: `${tlsUrl} (certificate: sandbox/tls_ca.pem; v2's /secapi calls and downloadfundflow need the merchant's)`,
});

function listTrades(world: World, outTradeNo: string | null): unknown[] {
  const { trades } = world.store;
  const chosen = outTradeNo === null ? [...trades.values()] : [trades.get(outTradeNo)];
  return chosen.filter((trade) => trade !== undefined).map((trade) => showTrade(world, trade));
}

async function resend(world: World, { body }: Incoming): Promise<Answer> {
  const request = readObject(body);
  const outRefundNo = optional(request, "outRefundNo", "string");
  const outTradeNo =
    outRefundNo === undefined
      ? optional(request, "outTradeNo", "string")
      : world.store.refunds.get(outRefundNo)?.outTradeNo;
  const chosen = world.store
    .noticesOf(outTradeNo ?? "")
    .filter((notice) => outRefundNo === undefined || notice.outRefundNo === outRefundNo);
  if (chosen.length === 0)
    throw new BadControl("not_found", "no notice of that number; only paid orders and ended refunds have one");
  const sent = await Promise.all(chosen.map((notice) => world.desk.resend(notice.id)));
  return json(200, { notices: sent.filter((notice) => notice !== undefined).map(showNotice) });
}

const showClock = ({ clock }: World) => ({
  now: iso(clock.now()),
  speed: clock.setting.speed,
  skewMs: clock.skewMs,
});

function setClock(world: World, { body }: Incoming): Answer {
  const request = readObject(body);
  const speed = optional(request, "speed", "number") ?? world.clock.setting.speed;
  if (!(speed > 0 && speed <= 1_000_000))
    throw new BadControl("invalid_request", '"speed" must be above 0, at most 1000000');
  const advanceMs = optional(request, "advanceMs", "number") ?? 0;
  if (!Number.isSafeInteger(advanceMs)) throw new BadControl("invalid_request", '"advanceMs" must be a whole number');
  const skewMs = optional(request, "skewMs", "number") ?? world.clock.skewMs;
  if (!Number.isSafeInteger(skewMs)) throw new BadControl("invalid_request", '"skewMs" must be a whole number');
  world.clock.skewMs = skewMs;
  world.clock.change({ speed, advanceMs });
  world.store.clock.put("setting", world.clock.setting);
  world.desk.wake();
  return json(200, showClock(world));
}

const MODES: readonly KeyMode[] = ["certificate", "public_key", "mix"];

async function setKeys(world: World, { body }: Incoming): Promise<Answer> {
  const request = readObject(body);
  const mode = MODES.find((known) => known === (request.mode ?? world.keys.mode));
  if (mode === undefined) throw new BadControl("invalid_request", `"mode" must be one of ${MODES.join(", ")}`);
  const turn = request.rotate ?? false;
  if (typeof turn !== "boolean" && turn !== "surprise") {
    throw new BadControl("invalid_request", '"rotate" must be true or "surprise"');
  }
  // Whoever has no certificates began with the public key; saying otherwise needs to be said.
  const absent = request.mode === undefined ? world.keys.certificates404 : mode === "public_key";
  const certificates404 = optional(request, "certificates404", "boolean") ?? absent;
  const how = turn === "surprise" ? "surprise" : "planned";
  const ring = turn === false ? world.keys : await rotate(world.keys, how, new Date(world.clock.wallMs()));
  await world.changeKeys({ ...ring, mode, certificates404 });
  return json(200, showKeys(world));
}

const showKeys = ({ keys }: World) => ({
  mode: keys.mode,
  certificates404: keys.certificates404,
  serials: keys.platform.map((certificate) => certificate.serial),
  publicKeyId: keys.publicKey.id,
  mchid: keys.mchid,
  appid: keys.appid,
  merchantSerial: keys.merchant.serial,
});

function addShopper(world: World, { body }: Incoming): Answer {
  const request = readObject(body);
  const name = optional(request, "name", "string") ?? "";
  const openid = optional(request, "openid", "string") ?? `o${randomText(27)}`;
  if (name === "" || name.length > 20) throw new BadControl("invalid_request", '"name" must have 1 to 20 characters');
  if (!/^[0-9A-Za-z_-]{1,128}$/.test(openid)) throw new BadControl("invalid_request", '"openid" has a wrong form');
  return json(200, world.store.shoppers.put(openid, { openid, name }));
}

async function reset(world: World): Promise<Answer> {
  await world.desk.clear();
  world.store.clear();
  world.wallet.clear();
  world.clock.reset();
  Object.assign(world.faults, noFaults());
  return json(200, { reset: true });
}
