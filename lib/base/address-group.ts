import { isInside, LOOPBACK_NETWORKS, readAddress } from "./networks.ts";

const NETWORK_BITS = 64n; // what one customer is given of IPv6

/**
 * By what an address is counted: an IPv4 address by itself, an IPv6 address by its /64. Null for what is not counted: this
 * machine itself, which may be a proxy that nobody told us of, and what is not an address.
 */
export function addressGroup(address: string): string | null {
  const found = readAddress(address);
  if (found === null || isInside(address, LOOPBACK_NETWORKS)) return null;
  return found.family === 4 ? `v4:${found.bits}` : `v6:${found.bits >> NETWORK_BITS}`;
}
