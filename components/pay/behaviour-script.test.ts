import { runInNewContext } from "node:vm";
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { behaviourRequestSchema } from "#lib/contract/behaviour.ts";
import { BEHAVIOUR_SCRIPT } from "./behaviour-script.ts";
import { BRIDGE_EVENT } from "./bridge-result.ts";

// Goal: the few lines send what the server takes, at the right moments, and never throw.

function page({ order = "ord_1", way = "jsapi", offers = "", storage = {} as Record<string, string> } = {}) {
  const listeners = new Map<string, (event: unknown) => void>();
  const sent: unknown[] = [];
  const timers: (() => void)[] = [];
  const listen = { addEventListener: (name: string, on: (event: unknown) => void) => listeners.set(name, on) };
  const document = {
    ...listen,
    currentScript: { dataset: { order, way, offers } },
    visibilityState: "visible",
  };
  const window: Record<string, unknown> = { ...listen, sessionStorage: storage };
  const navigator = {
    sendBeacon(url: string, body: string) {
      expect(url).toBe("/api/orders/ord_1/behaviour");
      sent.push(behaviourRequestSchema.parse(JSON.parse(body)));
    },
  };
  const crypto = globalThis.crypto;
  runInNewContext(BEHAVIOUR_SCRIPT, {
    document,
    window,
    navigator,
    crypto,
    setTimeout: (run: () => void) => timers.push(run),
  });
  const types = () => sent.flatMap((each) => behaviourRequestSchema.parse(each).events.map(({ type }) => type));
  const fire = (name: string, event: unknown = {}) => listeners.get(name)?.(event);
  return { window, document, sent, types, fire, storage, later: () => void timers.map((run) => run()) };
}
const button = { target: { closest: () => ({ disabled: false }) } };

test("a look is told soon, once, with the offers that were shown", () => {
  const { later, types, sent, fire } = page({ offers: "prm_a prm_b" });
  expect(sent).toEqual([]);
  later();
  fire("pagehide");
  expect(types()).toEqual(["page_viewed", "channel_shown", "offer_shown", "offer_shown"]);
});

test("a touch of the button, WeChat's answer, and leaving are told at once", () => {
  const { window, types, fire } = page();
  window.WeixinJSBridge = {};
  fire("click", button);
  expect(types()).toEqual(["page_viewed", "channel_shown", "pay_tapped", "bridge_opened"]);
  window.lingfuBridge = "cancel";
  fire(BRIDGE_EVENT);
  window.lingfuBridge = "system:access denied";
  fire(BRIDGE_EVENT);
  expect(types().slice(4)).toEqual(["cancelled", "failed"]);
});

test("a form to WeChat's browser cashier is a touch; asking for the state is none", () => {
  const { types, fire } = page({ way: "h5" });
  fire("submit", { target: { action: "https://x/pay/ord_1/check" } });
  expect(types()).toEqual([]);
  fire("submit", { target: { action: "https://x/pay/ord_1/h5?lang=en" } });
  expect(types().at(-1)).toBe("pay_tapped");
});

test("another way than before is a switch, within one visit", () => {
  const first = page({ way: "h5" });
  const second = page({ way: "native", storage: first.storage });
  second.later();
  expect(second.sent[0]).toMatchObject({ channel: "native", session: first.storage.lf_visit });
  expect(second.types()).toContain("channel_switched");
});

test("at most twenty events a visit of the page; and no storage is no trouble", () => {
  const { fire, types } = page();
  for (let touch = 0; touch < 40; touch++) fire("click", button);
  expect(types()).toHaveLength(20);
  expect(() => runInNewContext(BEHAVIOUR_SCRIPT, { document: {}, window: {}, navigator: {} })).not.toThrow();
});

test("where nothing can be paid any more, nothing is told", () => {
  const { later, fire, sent } = page({ order: "" });
  later();
  fire("pagehide");
  expect(sent).toEqual([]);
});

test("weighs at most a kilobyte", () => {
  expect(brotliCompressSync(BEHAVIOUR_SCRIPT).length).toBeLessThanOrEqual(1_024);
});
