import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { BRIDGE_SCRIPT } from "../pay/bridge-script.ts";
import { KEYPAD_SCRIPT } from "./keypad-script.ts";

// Goal: the keys type what the server takes, only on a phone; and a form sent inside WeChat opens the cashier once.

function page({ isTouch = true, storage = new Map<string, string>() } = {}) {
  const on: Record<string, (event: unknown) => void> = {};
  const amount = {
    value: "",
    inputmode: "decimal",
    setAttribute: (_name: string, to: string) => (amount.inputmode = to),
  };
  const keypad = { hidden: true, addEventListener: (_: string, run: (event: unknown) => void) => (on.key = run) };
  const form = { addEventListener: (_: string, run: (event: unknown) => void) => (on.submit = run) };
  const sessionStorage = { setItem: (key: string, value: string) => void storage.set(key, value) };
  runInNewContext(KEYPAD_SCRIPT, {
    document: { querySelector: () => form, getElementById: (id: string) => (id === "keypad" ? keypad : amount) },
    window: { sessionStorage, matchMedia: () => ({ matches: isTouch }) },
  });
  const type = (keys: string): string => {
    for (const key of keys) {
      const name = key === "<" ? "erase" : key;
      on.key?.({ target: { closest: () => ({ getAttribute: () => name }) } });
    }
    return amount.value;
  };
  return { amount, keypad, type, on, storage };
}

describe("the keys", () => {
  test.each([
    ["12.50", "12.50"],
    ["12.509", "12.50"],
    [".5", "0.5"],
    ["1..5", "1.5"],
    ["007", "7"],
    ["0.07", "0.07"],
    ["12<3", "13"],
    ["<<5", "5"],
    ["1234567890123", "123456789012"],
  ])("%s types %s", (keys, typed) => {
    expect(page().type(keys)).toBe(typed);
  });

  test("stand on a touch screen, in place of the phone's own keyboard, and nowhere else", () => {
    const touch = page();
    expect([touch.keypad.hidden, touch.amount.inputmode]).toEqual([false, "none"]);
    const desk = page({ isTouch: false });
    expect([desk.keypad.hidden, desk.amount.inputmode]).toEqual([true, "decimal"]);
  });
});

describe("after the form was sent", () => {
  /** The pay page inside WeChat; @returns how often its button was pressed */
  function payPage(storage: Map<string, string>, { search = "", at = Date.now() } = {}): number {
    let pressed = 0;
    const button = { click: () => pressed++ };
    runInNewContext(BRIDGE_SCRIPT, {
      document: { addEventListener() {}, querySelector: () => button },
      window: {
        sessionStorage: {
          getItem: (key: string) => storage.get(key) ?? null,
          removeItem: (key: string) => void storage.delete(key),
        },
      },
      location: { search },
      Date: { now: () => at },
    });
    return pressed;
  }

  const sent = () => {
    const { on, storage } = page();
    on.submit?.({});
    return storage;
  };

  test("the cashier opens by itself, once", () => {
    const storage = sent();
    expect([payPage(storage), payPage(storage)]).toEqual([1, 0]);
  });

  test("not where nobody sent a form, long afterwards, or back from the cashier", () => {
    expect(payPage(new Map())).toBe(0);
    expect(payPage(sent(), { at: Date.now() + 61_000 })).toBe(0);
    expect(payPage(sent(), { search: "?returned=1" })).toBe(0);
  });
});
