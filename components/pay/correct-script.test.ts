import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { CORRECT_SCRIPT } from "./correct-script.ts";

interface ScriptPage {
  readonly guessed: string;
  readonly environment?: string;
  readonly bridge?: boolean;
  readonly search?: string;
}

/** Runs the lines as a browser would; tells where they led, at once and when the H5 form was sent. */
function look({ guessed, environment, bridge = false, search = "" }: ScriptPage) {
  const led: string[] = [];
  let onSubmit = (_event: object): void => {};
  const window: Record<string, unknown> = {
    ...(environment === undefined ? {} : { __wxjs_environment: environment }),
    ...(bridge ? { WeixinJSBridge: {} } : {}),
  };
  runInNewContext(CORRECT_SCRIPT, {
    document: {
      currentScript: { dataset: { env: guessed } },
      addEventListener: (_name: string, listener: typeof onSubmit) => {
        onSubmit = listener;
      },
    },
    window,
    location: { pathname: "/pay/ord_1", search, replace: (to: string) => led.push(to) },
  });
  return {
    led,
    window,
    submit(action: string) {
      let stopped = false;
      const stop = () => {
        stopped = true;
      };
      onSubmit({ target: { action }, preventDefault: stop, stopImmediatePropagation: stop });
      return stopped;
    },
  };
}

test.each([
  ["a mini program taken for WeChat", { guessed: "wechat", environment: "miniprogram" }, "?seen=wechat_mini"],
  ["WeChat taken for a browser", { guessed: "browser", bridge: true }, "?seen=wechat"],
  [
    "what the address asks for is kept",
    { guessed: "browser", bridge: true, search: "?lang=en" },
    "?lang=en&seen=wechat",
  ],
])("%s is corrected at once", (_name, site, query) => {
  expect(look(site).led).toEqual([`/pay/ord_1${query}`]);
});

test.each([
  [{ guessed: "wechat", environment: "browser", bridge: true }],
  [{ guessed: "wechat_mini", environment: "miniprogram" }],
  [{ guessed: "wechat_mini", bridge: true }],
  [{ guessed: "browser" }],
  [{ guessed: "alipay" }],
  [{ guessed: "wecom", bridge: true }],
])("%j stays", (site) => {
  expect(look(site).led).toEqual([]);
});

test("a bridge that comes late moves nothing, and keeps the H5 form from its dead end", () => {
  const page = look({ guessed: "browser" });
  expect(page.submit("http://shop/pay/ord_1/h5")).toBe(false);
  page.window.WeixinJSBridge = {};
  expect(page.led).toEqual([]);
  expect(page.submit("http://shop/pay/ord_1/check")).toBe(false);
  expect(page.submit("http://shop/pay/ord_1/h5?lang=en")).toBe(true);
  expect(page.led).toEqual(["/pay/ord_1?seen=wechat"]);
});
