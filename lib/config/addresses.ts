import { isIP } from "node:net";
import { INNER_NETWORKS, isInside, LOOPBACK_NETWORKS } from "#lib/base/networks.ts";

// What a configured address may point at. Names are judged by their form alone: nothing is looked up at start.

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return isIP(host) === 0 ? host === "localhost" || host.endsWith(".localhost") : isInside(host, LOOPBACK_NETWORKS);
}

/** Whether WeChat's servers could reach it, as far as its form tells. */
export function isPublic(url: URL): boolean {
  const host = hostOf(url);
  if (isIP(host) !== 0) return !isInside(host, INNER_NETWORKS);
  return host.includes(".") && !/(^|\.)(localhost|local|internal|lan|home)$/i.test(host);
}
