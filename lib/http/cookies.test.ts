import { expect, test } from "vitest";
import type { Container } from "./container.ts";
import { pagePrefsCookies, readPagePrefs } from "./cookies.ts";

const container = { settings: { publicUrl: "https://pay.example" } } as unknown as Container;
const read = (cookie: string) => readPagePrefs(new Headers({ cookie }));

test.each([{ language: "zh-HK" as const, elder: true }, { language: "en" as const, elder: false }, { elder: true }])(
  "%j is remembered by the browser",
  (prefs) => {
    const [cookie = "", ofCodes = ""] = pagePrefsCookies({ container }, prefs);
    // The page of a collection code follows the same choices.
    expect(ofCodes.replace("Path=/c;", "Path=/pay;")).toBe(cookie);
    expect(read(cookie.split(";")[0] ?? "")).toEqual(prefs);
    expect(cookie).toMatch(/Path=\/pay; .*HttpOnly; SameSite=Lax; Secure$/);
  },
);

test.each(["", "lingfu_page=", "lingfu_page=xx.young", "lingfu_page=__proto__.1", "other=en.elder"])(
  "%j says nothing",
  (cookie) => {
    expect(read(cookie)).toEqual({ elder: false });
  },
);
