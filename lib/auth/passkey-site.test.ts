import { expect, test } from "vitest";
import { passkeySite } from "./passkey-site.ts";

test.each([
  ["https://pay.shop.example", "pay.shop.example", null],
  ["https://pay.shop.example:8443", "pay.shop.example", null],
  ["http://localhost:3000", "localhost", null],
  ["http://shop.localhost:3000", "shop.localhost", null],
  ["http://pay.shop.example", "pay.shop.example", "needs_https"],
  ["http://127.0.0.1:3000", "127.0.0.1", "needs_name"],
  ["https://192.168.1.5", "192.168.1.5", "needs_name"],
  ["https://[::1]:3000", "[::1]", "needs_name"],
])("%s", (publicUrl, rpId, problem) => {
  expect(passkeySite(publicUrl)).toEqual({ rpId, origin: publicUrl, problem });
});
