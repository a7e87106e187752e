import { INNER_NETWORKS, isInside, LOOPBACK_NETWORKS, type Network, readAddress } from "#lib/base/networks.ts";

/** Who is at the other end of the connection. */
export interface Client {
  /** The shopper's or server's own address, as far as our own proxies tell; empty when nobody can say. */
  readonly address: string;
  /** The connection came from this very machine and through no proxy. */
  readonly local: boolean;
}

/**
 * The proxies whose `X-Forwarded-For` is believed: those at these addresses, or so many in a row. A number says nothing of
 * where they are, so they are believed from private and loopback addresses alone: who calls directly from the internet is
 * known not to be one of them. Somebody on the same private network is not, which is why addresses are better.
 */
export type TrustedProxies = number | readonly Network[];

export interface Hops {
  /** The address of the connection itself. */
  readonly peer: string;
  readonly forwardedFor: string | null;
  readonly trustedProxies: TrustedProxies;
}

/**
 * Who asks. Each proxy appends the address it was called from, so what our own proxies wrote stands at the right; everything
 * left of it was written by whoever pleased.
 */
export function clientOf({ peer, forwardedFor, trustedProxies }: Hops): Client {
  const own = plain(peer);
  const local = forwardedFor === null && isInside(own, LOOPBACK_NETWORKS);
  if (forwardedFor === null || !isTrusted(own, trustedProxies)) return { address: own, local };
  const entries = forwardedFor.split(",").map((entry) => plain(entry.trim()));
  if (typeof trustedProxies !== "number") return { address: lastStranger([...entries, own], trustedProxies), local };
  const named = entries.at(-trustedProxies) ?? "";
  return { address: readAddress(named) === null ? own : named, local };
}

/** Whether what this peer forwards is believed. */
export function isTrusted(peer: string, trustedProxies: TrustedProxies): boolean {
  if (typeof trustedProxies !== "number") return isInside(plain(peer), trustedProxies);
  return trustedProxies > 0 && isInside(plain(peer), INNER_NETWORKS);
}

/** The rightmost address that is none of our proxies; what cannot be read ends the chain at the proxy that wrote it. */
function lastStranger(chain: readonly string[], trusted: readonly Network[]): string {
  let address = chain.at(-1) ?? "";
  for (const entry of chain.toReversed()) {
    if (readAddress(entry) === null) return address;
    address = entry;
    if (!isInside(entry, trusted)) return address;
  }
  return address;
}

/** `::ffff:1.2.3.4` and `1.2.3.4:567` are the same machine as `1.2.3.4`. */
function plain(address: string): string {
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (readAddress(unmapped) !== null) return unmapped;
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(unmapped) ?? [];
  return bracketed ?? unmapped.replace(/^([\d.]+):\d+$/, "$1");
}
