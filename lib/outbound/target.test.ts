import { expect, test } from "vitest";
import { mayConnect, targetProblem } from "./target.ts";

const STRICT = { allowPrivate: false, allowLoopback: false };
const SANDBOX = { allowPrivate: false, allowLoopback: true };

test.each([
  "127.0.0.1",
  "127.8.8.8",
  "::1",
  "::ffff:127.0.0.1",
  "10.0.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::ffff:10.0.0.1",
  "::ffff:a9fe:a9fe",
  "fd00::1",
  "fe80::1",
  "64:ff9b::a00:1",
  "64:ff9b:1::a00:1",
  "2001::1",
  "2001:0:a00:1::",
  "3fff::1",
  "5f00::1",
  "fec0::1",
  "192.88.99.1",
  "::ffff:0:10.0.0.1",
  "not an address",
])("%s is not the public internet", (address) => {
  expect(mayConnect(address, STRICT)).toBe(false);
});

test.each(["1.1.1.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "::ffff:1.1.1.1"])("%s is", (address) => {
  expect(mayConnect(address, STRICT)).toBe(true);
});

test("the sandbox may talk to its own machine, and to nothing else inside", () => {
  expect(mayConnect("127.0.0.1", SANDBOX)).toBe(true);
  expect(mayConnect("::1", SANDBOX)).toBe(true);
  expect(mayConnect("10.0.0.1", SANDBOX)).toBe(false);
});

test.each([
  "http://127.0.0.1/hook",
  "http://2130706433/hook",
  "http://0x7f.1/hook",
  "http://[::1]:8080/hook",
  "http://[::ffff:7f00:1]/",
  "http://localhost/hook",
  "http://shop.localhost/hook",
  "https://user:pass@1.1.1.1/",
])("%s is refused by its form alone", async (url) => {
  expect(await targetProblem(url, STRICT)).not.toBeNull();
});

test("public addresses are taken", async () => {
  expect(await targetProblem("https://1.1.1.1/hook", STRICT)).toBeNull();
  expect(await targetProblem("http://localhost:9/hook", SANDBOX)).toBeNull();
});
