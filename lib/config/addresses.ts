import { bareHost, INNER_NETWORKS, isInside, isLoopbackHost, readAddress } from "#lib/base/networks.ts";

// What a configured address may point at. Names are judged by their form alone: nothing is looked up at start.

export const isLoopback = (url: URL): boolean => isLoopbackHost(url.hostname);

/** Whether WeChat's servers could reach it, as far as its form tells. */
export function isPublic(url: URL): boolean {
  const host = bareHost(url.hostname);
  if (readAddress(host) !== null) return !isInside(host, INNER_NETWORKS);
  return host.includes(".") && !/(^|\.)(localhost|local|internal|lan|home)$/i.test(host);
}
