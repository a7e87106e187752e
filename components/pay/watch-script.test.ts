import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { WATCH_SCRIPT } from "./watch-script.ts";

interface Setup {
  readonly search?: string;
  readonly handover?: string;
  readonly live?: boolean;
  readonly onLine?: boolean;
}

interface StatusAnswer {
  readonly status: string;
  readonly handover?: string | null;
}

/** The page as these lines see it, in an engine that knows nothing newer than XMLHttpRequest. */
function open({ search = "", handover = "", live = false, onLine = true }: Setup = {}) {
  const listeners = new Map<string, (event: object) => void>();
  const listen = (name: string, listener: (event: object) => void) => void listeners.set(name, listener);
  const timers: { run: () => void; ms: number }[] = [];
  const seen = { reloads: 0, asked: 0, submitted: 0, address: "", marked: false };
  const line = { hidden: true };
  let answer: StatusAnswer | "error" | "timeout" = { status: "pending", handover: handover || null };
  class Request {
    status = 0;
    responseText = "";
    onload = () => {};
    onerror = () => {};
    ontimeout = () => {};
    open() {}
    send() {
      seen.asked++;
      if (answer === "error") return this.onerror();
      if (answer === "timeout") return this.ontimeout();
      this.status = 200;
      this.responseText = JSON.stringify(answer);
      this.onload();
    }
  }
  const attributes: Record<string, string> = { "data-order": "ord_1", "data-handover": handover };
  const window: Record<string, unknown> = { lingfuLive: live, addEventListener: listen };
  const later = (run: () => void, ms: number) => void timers.push({ run, ms });
  runInNewContext(WATCH_SCRIPT, {
    document: {
      currentScript: { getAttribute: (name: string) => attributes[name] },
      documentElement: {
        setAttribute: () => {
          seen.marked = true;
        },
      },
      getElementById: () => line,
      addEventListener: listen,
    },
    window,
    location: { pathname: "/pay/ord_1", search, reload: () => seen.reloads++ },
    navigator: { onLine },
    history: {
      replaceState: (_state: unknown, _title: string, address: string) => {
        seen.address = address;
      },
    },
    XMLHttpRequest: Request,
    setTimeout: later,
    setInterval: later,
  });
  const prevented = (event: object) => {
    let stopped = false;
    return {
      event: {
        ...event,
        preventDefault: () => {
          stopped = true;
        },
        stopPropagation: () => {},
      },
      stopped: () => stopped,
    };
  };
  return {
    seen,
    line,
    window,
    say: (next: typeof answer) => {
      answer = next;
    },
    tick: () => (timers.find(({ ms }) => ms === 3_000) ?? timers[0])?.run(),
    fire: (name: string, event: object = {}) => {
      const { event: fired, stopped } = prevented(event);
      listeners.get(name)?.(fired);
      return stopped();
    },
    submit: (action: string) => {
      const form = { action, submit: () => seen.submitted++ };
      const { event, stopped } = prevented({ target: form, defaultPrevented: false });
      listeners.get("submit")?.(event);
      return stopped();
    },
  };
}

test("where nothing else started it asks, and loads the page anew when the order is paid", () => {
  const page = open();
  page.tick();
  expect(page.seen).toMatchObject({ asked: 1, reloads: 0, marked: true });
  page.say({ status: "paid" });
  page.tick();
  expect(page.seen).toMatchObject({ asked: 2, reloads: 1 });
});

test("where the page's own scripts are at work it does nothing, and begins when they end", () => {
  const page = open({ live: true });
  page.say({ status: "paid" });
  page.tick();
  expect(page.seen).toMatchObject({ asked: 0, reloads: 0, marked: false });
  page.window.lingfuLive = false;
  page.tick();
  expect(page.seen.reloads).toBe(1);
});

test.each([
  ["the same", ["native.1.a"], 0],
  ["replaced", ["native.1.b"], 1],
  ["being paid in another way", ["h5.2.a", "h5.2.a"], 0],
  ["ended for a moment", [null, "native.1.a"], 0],
  ["ended", [null, null], 1],
] as const)("the code that is shown is %s", (_name, handovers, reloads) => {
  const page = open({ handover: "native.1.a" });
  for (const handover of handovers) {
    page.say({ status: "pending", handover });
    page.tick();
  }
  expect(page.seen.reloads).toBe(reloads);
});

test("no answer is no news", () => {
  const page = open();
  for (const silence of ["error", "timeout"] as const) {
    page.say(silence);
    page.tick();
  }
  expect(page.seen).toMatchObject({ asked: 2, reloads: 0 });
});

test.each(["/pay/ord_1/h5", "/pay/ord_1/check", "/pay/ord_1/display"])(
  "a touch while offline leads nowhere: %s",
  (to) => {
    const page = open({ onLine: false });
    expect(page.submit(to)).toBe(true);
    expect(page.line.hidden).toBe(false);
    expect(page.seen).toMatchObject({ asked: 0, submitted: 0, address: "" });
    page.fire("online");
    expect(page.line.hidden).toBe(true);
  },
);

test("so does a link, and the button inside WeChat", () => {
  const target = { closest: (what: string) => (what.includes("[data-bridge]") ? {} : null) };
  expect(open({ onLine: false }).fire("click", { target })).toBe(true);
  expect(open().fire("click", { target })).toBe(false);
});

test.each([
  ["", "/pay/ord_1?returned=1"],
  ["?lang=en", "/pay/ord_1?lang=en&returned=1"],
  ["?returned=1", "/pay/ord_1?returned=1"],
])("on the way to WeChat from %j the address notes it, after our server has answered", (search, address) => {
  const page = open({ search });
  expect(page.submit("/pay/ord_1/h5?lang=en")).toBe(true);
  expect(page.seen).toMatchObject({ asked: 1, submitted: 1, address });
});

test("the way to WeChat is not taken where our server cannot be reached, and taken where it is only slow", () => {
  const page = open();
  page.say("error");
  page.submit("/pay/ord_1/h5");
  expect(page.seen).toMatchObject({ submitted: 0, address: "" });
  expect(page.line.hidden).toBe(false);
  page.say("timeout");
  page.submit("/pay/ord_1/h5");
  expect(page.seen.submitted).toBe(1);
  expect(page.line.hidden).toBe(true);
});

test("other forms go their own way", () => {
  expect(open().submit("/pay/ord_1/check")).toBe(false);
});

test("a page from the back-forward cache that led to WeChat is loaded anew", () => {
  for (const [setup, reloads] of [
    [{ search: "?returned=1" }, 1],
    [{ search: "" }, 0],
    [{ search: "?returned=1", live: true }, 1],
  ] as const) {
    const page = open(setup);
    page.fire("pageshow", { persisted: true });
    expect(page.seen.reloads).toBe(reloads);
  }
});
