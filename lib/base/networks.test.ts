import { BlockList, isIP } from "node:net";
import { expect, test } from "vitest";
import {
  bareHost,
  INNER_NETWORKS,
  isInside,
  isLoopbackHost,
  LOOPBACK_NETWORKS,
  readAddress,
  readNetwork,
} from "./networks.ts";

test.each([
  ["0.0.0.0", 0n],
  ["1.2.3.4", 0x01020304n],
  ["255.255.255.255", 0xffff_ffffn],
  ["::", 0n],
  ["::1", 1n],
  ["1::", 1n << 112n],
  ["2001:db8::8:800:200c:417a", 0x2001_0db8_0000_0000_0008_0800_200c_417an],
  ["::ffff:10.0.0.1", 0x0a00_0001n],
  ["::FFFF:a00:1", 0x0a00_0001n],
  ["64:ff9b::10.0.0.1", (0x0064_ff9bn << 96n) | 0x0a00_0001n],
  ["fe80::1%eth0", (0xfe80n << 112n) | 1n],
  ["1:2:3:4:5:6:1.2.3.4", 0x0001_0002_0003_0004_0005_0006_0102_0304n],
  ["1:2:3:4:5:6:7::", 0x0001_0002_0003_0004_0005_0006_0007_0000n],
])("%s is an address", (text, bits) => {
  expect(readAddress(text)?.bits).toBe(bits);
});

test.each([
  "",
  "1.2.3",
  "1.2.3.4.5",
  "01.2.3.4",
  "256.1.1.1",
  "1.2.3.-4",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8:9",
  "12345::",
  "g::",
  "1.2.3.4::",
  "::1.2.3",
  "::1.2.3.4:5",
  "localhost",
])("%j is none", (text) => {
  expect(readAddress(text)).toBeNull();
  expect(isIP(text)).toBe(0);
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/",
  "/8",
  "10.0.0.0/8/8",
  "fc00::/129",
  "::ffff:10.0.0.0/8",
  "10.0.0.0/-1",
  "all",
  "x/10.0.0.0/8",
])("%j is not a network", (text) => {
  expect(readNetwork(text)).toBeNull();
});

test("an address is inside of its networks up to their very ends", () => {
  const inside = (address: string, network: string) =>
    isInside(
      address,
      [readNetwork(network)].filter((each) => each !== null),
    );
  const [a, b, c, d, all] = [
    "10.1.0.0/16",
    "192.0.2.7",
    "2001:db8::/33",
    "::ffff:172.16.0.0/108",
    "0.0.0.0/0",
  ] as const;
  expect([inside("10.1.0.0", a), inside("10.1.255.255", a), inside("::ffff:10.1.2.3", a)]).toEqual([true, true, true]);
  expect([inside("10.0.255.255", a), inside("10.2.0.0", a), inside("::10.1.0.0", a)]).toEqual([false, false, false]);
  expect([inside("192.0.2.7", b), inside("192.0.2.8", b)]).toEqual([true, false]);
  expect([inside("2001:db8:7fff::1", c), inside("2001:db8:8000::1", c)]).toEqual([true, false]);
  expect([inside("172.31.1.1", d), inside("172.32.1.1", d)]).toEqual([true, false]);
  expect([inside("9.9.9.9", all), inside("::9", all), inside("nobody", all)]).toEqual([true, false, false]);
});

test("agrees with the platform's own list on addresses at and around every border", () => {
  const platform = new BlockList();
  for (const { family, bits, prefix } of INNER_NETWORKS) {
    platform.addSubnet(textOf(family, bits), prefix, family === 4 ? "ipv4" : "ipv6");
  }
  const addresses = INNER_NETWORKS.flatMap(({ family, bits, prefix }) => {
    const width = family === 4 ? 32n : 128n;
    const size = 1n << (width - BigInt(prefix));
    const around = [bits - 1n, bits, bits + size - 1n, bits + size];
    return around.filter((each) => each >= 0n && each < 1n << width).map((each) => textOf(family, each));
  });
  expect(addresses.length).toBeGreaterThan(80);
  for (const address of addresses) {
    const expected = platform.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
    expect([address, isInside(address, INNER_NETWORKS)]).toEqual([address, expected]);
  }
});

test("loopback is this machine alone", () => {
  expect(
    ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"].every((each) => isInside(each, LOOPBACK_NETWORKS)),
  ).toBe(true);
  expect(["10.0.0.1", "::2", "128.0.0.1"].some((each) => isInside(each, LOOPBACK_NETWORKS))).toBe(false);
});

test("a host means this machine by name or address, in brackets or with the root's dot", () => {
  for (const host of ["localhost", "app.localhost", "localhost.", "127.0.0.1", "[::1]", "::1", "[::ffff:127.0.0.1]"]) {
    expect(isLoopbackHost(host), host).toBe(true);
  }
  for (const host of [
    "localhost.example",
    "notlocalhost",
    ".localhost.example",
    "10.0.0.1",
    "[::2]",
    "shop.example",
    "",
  ]) {
    expect(isLoopbackHost(host), host).toBe(false);
  }
  expect([bareHost("[::1]"), bareHost("shop.example."), bareHost("a.b")]).toEqual(["::1", "shop.example", "a.b"]);
  expect([bareHost("a[b]c"), bareHost("a..")]).toEqual(["a[b]c", "a."]);
});

function textOf(family: 4 | 6, bits: bigint): string {
  const [count, width, radix, mark] = family === 4 ? ([4, 8n, 10, "."] as const) : ([8, 16n, 16, ":"] as const);
  const mask = (1n << width) - 1n;
  return Array.from({ length: count }, (_, at) =>
    ((bits >> (width * BigInt(count - 1 - at))) & mask).toString(radix),
  ).join(mark);
}
