import { BlockList, isIP } from "node:net";
import { INNER_NETWORKS, LOOPBACK_NETWORKS, type Network } from "#lib/base/networks.ts";

// What a configured address may point at. Names are judged by their form alone: nothing is looked up at start.

const listOf = (networks: readonly Network[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) list.addSubnet(...network);
  return list;
};
const loopback = listOf(LOOPBACK_NETWORKS);
const notPublic = listOf(INNER_NETWORKS);

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
