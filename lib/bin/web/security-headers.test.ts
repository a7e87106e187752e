import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { setPageHeaders } from "./security-headers.ts";

// Goal: the dashboard may use the camera and run ZXing's WebAssembly for the counter; no page of a shopper may.

function headersOf(url: string, embedOrigins: readonly string[] = []): Map<string, string> {
  const headers = new Map<string, string>();
  const incoming = { url, method: "GET", headers: {} } as IncomingMessage;
  const outgoing = { setHeader: (name: string, value: string) => headers.set(name, value) };
  const settings = { publicUrl: "https://shop.example", sandboxOrigin: null, embedOrigins };
  setPageHeaders(incoming, outgoing as unknown as ServerResponse, { settings, dev: false });
  return headers;
}

test.each([
  ["/admin", true],
  ["/admin/counter?order=ord_1", true],
  ["/administrator", false],
  ["/pay/ord_1", false],
  ["/c/abc", false],
  ["/?x=/admin", false],
])("%s: camera and WebAssembly %s", (url, isAllowed) => {
  const headers = headersOf(url);
  expect(headers.get("permissions-policy")).toContain(isAllowed ? "camera=(self)" : "camera=()");
  expect(headers.get("content-security-policy")?.includes("'wasm-unsafe-eval'")).toBe(isAllowed);
  expect(headers.get("content-security-policy")).not.toContain("'unsafe-eval'");
});

test("only the preview of the shop's look stands in a frame, and only in our own", () => {
  const preview = headersOf("/admin/settings/look/preview?view=pay");
  expect(preview.get("content-security-policy")).toContain("frame-ancestors 'self'");
  expect(preview.get("x-frame-options")).toBe("SAMEORIGIN");
  for (const other of ["/admin/settings/look", "/admin/settings/look/previews", "/pay/ord_1"]) {
    expect(headersOf(other).get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headersOf(other).get("x-frame-options")).toBe("DENY");
  }
});

test("the pay page, and nothing else, stands in a frame of the origins that the shop allows", () => {
  const origins = ["https://shop.example", "https://other.example"];
  const pay = headersOf("/pay/ord_1?embed=x", origins);
  expect(pay.get("content-security-policy")).toContain("frame-ancestors https://shop.example https://other.example");
  expect(pay.has("x-frame-options")).toBe(false);
  for (const url of ["/", "/admin", "/c/abc", "/payment", "/admin/pay/"]) {
    expect(headersOf(url, origins).get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headersOf(url, origins).get("x-frame-options")).toBe("DENY");
  }
});
