import { expect, test } from "vitest";
import { mayPrintTo } from "./printer-address.ts";

// Goal: print jobs go to printers of the shop's own network and nowhere else.

const SHOP = { allowLoopback: false };

test.each([
  ["192.168.1.100", 9_100],
  ["10.0.0.7", 9_100],
  ["172.16.3.4", 9_102],
  ["fd12:3456::1", 9_100],
])("%s port %i is a printer of the shop", (address, port) => {
  expect(mayPrintTo(address, port, SHOP)).toBe(true);
});

test.each([
  ["127.0.0.1", 9_100],
  ["::1", 9_100],
  ["::ffff:127.0.0.1", 9_100],
  ["169.254.169.254", 9_100],
  ["fe80::1", 9_100],
  ["fd00:ec2::254", 9_100],
  ["100.100.100.200", 9_100],
  ["0.0.0.0", 9_100],
  ["224.0.0.1", 9_100],
  ["1.1.1.1", 9_100],
  ["192.168.1.1", 80],
  ["10.0.0.7", 5_432],
  ["printer.local", 9_100],
])("%s port %i is not", (address, port) => {
  expect(mayPrintTo(address, port, SHOP)).toBe(false);
});

test("the sandbox may print on this machine", () => {
  expect(mayPrintTo("127.0.0.1", 24_001, { allowLoopback: true })).toBe(true);
  expect(mayPrintTo("169.254.169.254", 9_100, { allowLoopback: true })).toBe(false);
});
