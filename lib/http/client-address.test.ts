import { expect, test } from "vitest";
import { clientOf } from "./client-address.ts";

const forwarded = (forwardedFor: string | null, trustedProxies: number, peer = "10.0.0.9") =>
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

test("one machine has one spelling", () => {
  expect(clientOf({ peer: "::ffff:1.2.3.4", forwardedFor: null, trustedProxies: 0 }).address).toBe("1.2.3.4");
  expect(forwarded("1.2.3.4:5678", 1).address).toBe("1.2.3.4");
  expect(forwarded("[2001:db8::1]:443", 1).address).toBe("2001:db8::1");
});

test("local is who came here without a proxy: a proxy on this machine makes nobody local", () => {
  const local = (peer: string, forwardedFor: string | null, trustedProxies = 0) =>
    clientOf({ peer, forwardedFor, trustedProxies }).local;
  expect(local("127.0.0.1", null)).toBe(true);
  expect(local("::ffff:127.0.0.1", null)).toBe(true);
  expect(local("::1", null, 1)).toBe(true);
  expect(local("127.0.0.1", "1.1.1.1")).toBe(false);
  expect(local("127.0.0.1", "127.0.0.1", 1)).toBe(false);
  expect(local("10.0.0.1", null)).toBe(false);
});
