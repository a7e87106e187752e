import { isIP } from "node:net";
import { INNER_NETWORKS, isInside, type Network } from "#lib/base/networks.ts";
import type { TrustedProxies } from "#lib/config/environment.ts";

/** The client of a request. */
export interface Client {
  /** The client's own address, as far as our own proxies tell; empty if unknown. */
  readonly address: string;
}

export interface Hops {
  /** The address of the connection itself. */
  readonly peer: string;
  readonly forwardedFor: string | null;
  readonly trustedProxies: TrustedProxies;
}

/**
 * The client of a request. Each proxy appends the address it was called from, so our own proxies' entries are at the right;
 * everything left of them could be written by any caller.
 */
export function clientOf({ peer, forwardedFor, trustedProxies }: Hops): Client {
  // Fast path of every call: the peer's address comes from the system and needs no parsing.
  if (forwardedFor === null) return { address: unmapped(peer) };
  const own = plain(peer);
  if (!isTrusted(own, trustedProxies)) return { address: own };
  const entries = forwardedFor.split(",").map((entry) => plain(entry.trim()));
  if (typeof trustedProxies !== "number") return { address: lastUntrusted([...entries, own], trustedProxies) };
  const named = entries.at(-trustedProxies) ?? "";
  return { address: isIP(named) === 0 ? own : named };
}

/** Whether this peer's forwarded headers are trusted. */
export function isTrusted(peer: string, trustedProxies: TrustedProxies): boolean {
  if (typeof trustedProxies !== "number") return isKnownInside(plain(peer), trustedProxies);
  return trustedProxies > 0 && isKnownInside(plain(peer), INNER_NETWORKS);
}

/** The rightmost address that is not one of our proxies; an unreadable entry ends the chain at the proxy that wrote it. */
function lastUntrusted(chain: readonly string[], trusted: readonly Network[]): string {
  let address = chain.at(-1) ?? "";
  for (const entry of chain.toReversed()) {
    if (isIP(entry) === 0) return address;
    address = entry;
    if (!isKnownInside(entry, trusted)) return address;
  }
  return address;
}

const REMEMBERED_MAX = 1_000;
const remembered = new WeakMap<readonly Network[], Map<string, boolean>>();

/** Cached, because proxies are few and call often: parsing an address costs ten times as much as a lookup. */
function isKnownInside(address: string, networks: readonly Network[]): boolean {
  const known = remembered.get(networks) ?? new Map<string, boolean>();
  const before = known.get(address);
  if (before !== undefined) return before;
  const inside = isInside(address, networks);
  if (known.size >= REMEMBERED_MAX) known.clear();
  remembered.set(networks, known.set(address, inside));
  return inside;
}

/** `::ffff:1.2.3.4` and `1.2.3.4:567` are the same machine as `1.2.3.4`. */
function plain(address: string): string {
  const bare = unmapped(address);
  if (isIP(bare) > 0) return bare;
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(bare) ?? [];
  return bracketed ?? bare.replace(/^([\d.]+):\d+$/, "$1");
}

const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");
