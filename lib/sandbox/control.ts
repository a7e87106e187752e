import { iso, showNotice, showTrade } from "./control-views.ts";
import { changeFaults, noFaults } from "./faults.ts";
import { type KeyMode, randomText, rotate } from "./keys.ts";
import { type Answer, type Handler, type Incoming, json, type Route } from "./protocol/http.ts";
import { OPERATIONS } from "./protocol/v3.ts";
import { Refusal } from "./refusal.ts";
import { DEFAULT_SHOPPERS, shoppersOf } from "./shoppers.ts";
import { findPayable, payTrade } from "./trades.ts";
import type { World } from "./world.ts";

/** The control surface, as `GET /control` shows it. */
const CALLS = {
  "POST /control/pay":
    "{codeUrl | prepayId | outTradeNo | h5Url, outcome:success|cancel|fail, openid?, coupon? (fen), bankType?, force? (pays closed or expired trades)} → trade + {outcome}",
  "POST /control/faults":
    "{api:{}, notify:{}, refund:{}, phone:{}, bill:{}}: changes what is named, keeps the rest → all faults in force. A switch is true (until changed), a count (the next n), or false",
  "GET /control/faults": "→ all faults in force",
  "GET /control/trades": "?outTradeNo= → {trades:[{…, refunds:[…], notices:[{id, state, nextAt, tries:[…]}]}]}",
  "POST /control/notify": "{outTradeNo | outRefundNo} → sends its notices once more, at once → {notices:[…]}",
  "POST /control/clock": "{speed?, advanceMs? (may be negative)} → {now, speed}; signatures keep real time",
  "GET /control/clock": "→ {now, speed}",
  "POST /control/keys":
    '{mode?:certificate|public_key|mix, certificates404?, rotate?: true (to the published next one) | "surprise" (to one that nobody has seen)} → keys in force',
  "GET /control/keys": "→ {mode, certificates404, serials, publicKeyId, mchid, appid, merchantSerial}",
  "GET /control/shoppers": "→ {shoppers:[{openid, name}]}: openids that JSAPI orders may name",
  "POST /control/shoppers": "{name, openid?} → {openid, name}",
  "POST /control/reset": "clears trades, refunds, notices, faults, shoppers and the clock; keeps the keys",
} as const;

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
      run: () => json(200, { calls: CALLS, faults: noFaults(), operations: OPERATIONS }),
    },
    route("POST /control/pay", (incoming) => pay(world, incoming)),
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
    route("POST /control/reset", () => reset(world)),
  ];
}

class BadControl extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function answering(run: Handler, incoming: Incoming): Promise<Answer> {
  try {
    return await run(incoming);
  } catch (cause) {
    if (!(cause instanceof BadControl || cause instanceof Refusal)) throw cause;
    return json(400, { error: { code: cause.code, message: cause.message } });
  }
}

function readObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the same sentence
  }
  throw new BadControl("invalid_request", "the body must be a JSON object");
}

interface Types {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

function optional<Type extends keyof Types>(
  object: Record<string, unknown>,
  name: string,
  type: Type,
): Types[Type] | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  // `typeof` cannot narrow by a variable; the comparison is what makes the cast true.
  if (typeof value === type) return value as Types[Type];
  throw new BadControl("invalid_request", `"${name}" must be a ${type}`);
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
  if (outcome === "cancel" || outcome === "fail") return json(200, { ...showTrade(world, trade), outcome });
  if (outcome !== "success") throw new BadControl("invalid_request", '"outcome" must be success, cancel or fail');
  const bankType = optional(request, "bankType", "string");
  const coupon = optional(request, "coupon", "number") ?? 0;
  if (!Number.isSafeInteger(coupon) || coupon < 0 || coupon > trade.total) {
    throw new BadControl("invalid_request", '"coupon" must be whole fen, at most the total');
  }
  const paid = payTrade(world, {
    trade,
    openid: optional(request, "openid", "string") ?? trade.openid ?? DEFAULT_SHOPPERS[0].openid,
    coupon,
    force: optional(request, "force", "boolean") ?? false,
    ...(bankType === undefined ? {} : { bankType }),
  });
  return json(200, { ...showTrade(world, paid), outcome });
}

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

const showClock = ({ clock }: World) => ({ now: iso(clock.now()), speed: clock.setting.speed });

function setClock(world: World, { body }: Incoming): Answer {
  const request = readObject(body);
  const speed = optional(request, "speed", "number") ?? world.clock.setting.speed;
  if (!(speed > 0 && speed <= 1_000_000))
    throw new BadControl("invalid_request", '"speed" must be above 0, at most 1000000');
  const advanceMs = optional(request, "advanceMs", "number") ?? 0;
  if (!Number.isSafeInteger(advanceMs)) throw new BadControl("invalid_request", '"advanceMs" must be a whole number');
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
  world.clock.reset();
  Object.assign(world.faults, noFaults());
  return json(200, { reset: true });
}
