import { BlockList, isIP } from "node:net";

// What a configured address may point at. Names are judged by their form alone: nothing is looked up at start.

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const notPublic = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const) {
  notPublic.addSubnet(net, bits, "ipv4");
}
notPublic.addSubnet("::", 64, "ipv6");
notPublic.addSubnet("fc00::", 7, "ipv6");
notPublic.addSubnet("fe80::", 9, "ipv6");

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
const family = (host: string): "ipv4" | "ipv6" => (isIP(host) === 6 ? "ipv6" : "ipv4");

export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return isIP(host) === 0 ? host === "localhost" || host.endsWith(".localhost") : loopback.check(host, family(host));
}

/** Whether WeChat's servers could reach it, as far as its form tells. */
export function isPublic(url: URL): boolean {
  const host = hostOf(url);
  if (isIP(host) !== 0) return !notPublic.check(host, family(host));
  return host.includes(".") && !/(^|\.)(localhost|local|internal|lan|home)$/i.test(host);
}
