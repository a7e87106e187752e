import { afterEach, expect, test, vi } from "vitest";

const lookup = vi.hoisted(() => vi.fn());
vi.mock("node:dns/promises", () => ({ lookup }));
const { mayPrintTo, printerAddress } = await import("./printer-address.ts");

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

afterEach(() => {
  vi.useRealTimers();
  lookup.mockReset();
});

test("a name's address of the shop's network is taken; a name that is not known, or leads elsewhere, is none", async () => {
  lookup.mockResolvedValue([{ address: "1.1.1.1" }, { address: "192.168.1.100" }]);
  expect(await printerAddress("kitchen.shop.example", 9_100, SHOP)).toBe("192.168.1.100");
  lookup.mockResolvedValue([{ address: "1.1.1.1" }]);
  expect(await printerAddress("kitchen.shop.example", 9_100, SHOP)).toBeNull();
  lookup.mockRejectedValue(new Error("ENOTFOUND"));
  expect(await printerAddress("kitchen.shop.example", 9_100, SHOP)).toBeNull();
});

test("a resolver that does not answer holds the other printers up for two seconds at most", async () => {
  vi.useFakeTimers();
  lookup.mockReturnValue(new Promise(() => {}));
  const asked = printerAddress("kitchen.shop.example", 9_100, SHOP);
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(asked).resolves.toBeNull();
});
