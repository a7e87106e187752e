import { isIP } from "node:net";
import type { Client } from "./call.ts";

export interface Hops {
  /** The address of the connection itself. */
  readonly peer: string;
  readonly forwardedFor: string | null;
  /** How many proxies of ours stand in front. */
  readonly trustedProxies: number;
}

/**
 * Who asks. Each proxy appends the address it was called from, so with n proxies of ours the n-th entry from the right
 * is the last that one of them wrote; everything left of it was written by whoever pleased.
 */
export function clientOf({ peer, forwardedFor, trustedProxies }: Hops): Client {
  const own = plain(peer);
  if (trustedProxies === 0) return { address: own, local: isLoopback(own) && forwardedFor === null };
  const entries = (forwardedFor ?? "").split(",").map((entry) => plain(entry.trim()));
  const named = entries.at(-trustedProxies) ?? "";
  return { address: isIP(named) > 0 ? named : own, local: forwardedFor === null && isLoopback(own) };
}

/** `::ffff:1.2.3.4` and `1.2.3.4:567` are the same machine as `1.2.3.4`. */
function plain(address: string): string {
  const unmapped = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (isIP(unmapped) > 0) return unmapped;
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(unmapped) ?? [];
  return bracketed ?? unmapped.replace(/^([\d.]+):\d+$/, "$1");
}

const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");
