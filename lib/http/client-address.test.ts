import { expect, test } from "vitest";
import { readNetwork } from "#lib/base/networks.ts";
import type { TrustedProxies } from "#lib/config/environment.ts";
import { clientOf } from "./client-address.ts";

const at = (...texts: string[]) => texts.map(readNetwork).filter((each) => each !== null);
const forwarded = (forwardedFor: string | null, trustedProxies: TrustedProxies, peer = "10.0.0.9") =>
  clientOf({ peer, forwardedFor, trustedProxies });

test("without proxies of ours only the connection is believed", () => {
  expect(forwarded("1.1.1.1", 0).address).toBe("10.0.0.9");
});

test("each proxy of ours is believed once, from the right", () => {
  expect(forwarded("6.6.6.6, 1.1.1.1", 1).address).toBe("1.1.1.1");
  expect(forwarded("6.6.6.6, 1.1.1.1, 10.0.0.2", 2).address).toBe("1.1.1.1");
  expect(forwarded("1.1.1.1", 2).address).toBe("10.0.0.9");
  expect(forwarded("not an address", 1).address).toBe("10.0.0.9");
  expect(forwarded(null, 1).address).toBe("10.0.0.9");
});

test("with a number of proxies, who calls directly from the internet does not choose its address", () => {
  expect(forwarded("6.6.6.6", 1, "203.0.114.7").address).toBe("203.0.114.7");
  expect(forwarded("6.6.6.6, 10.0.0.2", 2, "2606:4700::1").address).toBe("2606:4700::1");
  for (const peer of ["127.0.0.1", "::1", "::ffff:172.16.3.4", "fd00::7"]) {
    expect(forwarded("6.6.6.6", 1, peer).address).toBe("6.6.6.6");
  }
});

test("with addresses, only those proxies are believed, as far as the chain of them goes", () => {
  const ours = at("10.0.0.0/24", "198.51.101.7", "fd00::/8");
  expect(forwarded("6.6.6.6", ours, "10.0.1.9").address).toBe("10.0.1.9");
  expect(forwarded("6.6.6.6", ours, "127.0.0.1").address).toBe("127.0.0.1");
  expect(forwarded("1.1.1.1", ours).address).toBe("1.1.1.1");
  expect(forwarded("1.1.1.1", ours, "::ffff:10.0.0.9").address).toBe("1.1.1.1");
  expect(forwarded("6.6.6.6, 1.1.1.1, 198.51.101.7, fd00::1", ours).address).toBe("1.1.1.1");
  expect(forwarded("10.0.0.7", ours).address).toBe("10.0.0.7");
  expect(forwarded("6.6.6.6, unknown, 10.0.0.5", ours).address).toBe("10.0.0.5");
  expect(forwarded("", ours).address).toBe("10.0.0.9");
  expect(forwarded(null, ours).address).toBe("10.0.0.9");
});

test("one machine has one spelling", () => {
  expect(clientOf({ peer: "::ffff:1.2.3.4", forwardedFor: null, trustedProxies: 0 }).address).toBe("1.2.3.4");
  expect(forwarded("1.2.3.4:5678", 1).address).toBe("1.2.3.4");
  expect(forwarded("[2001:db8::1]:443", 1).address).toBe("2001:db8::1");
});
