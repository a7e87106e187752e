import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NAME_CALLS } from "#lib/base/call-budgets.ts";
import { INNER_NETWORKS, isInside, LOOPBACK_NETWORKS } from "#lib/base/networks.ts";
import { withTimeout } from "#lib/base/timeout.ts";

// Where a webhook may go. Checked when an endpoint is made, and again with every delivery's own look-up: what a name
// means may change in between.

export interface TargetPolicy {
  readonly allowPrivate: boolean;
  /** This machine itself, for trying things out in sandbox mode. */
  readonly allowLoopback: boolean;
}

/** Whether a delivery may connect to this address. */
export function mayConnect(address: string, policy: TargetPolicy): boolean {
  if (policy.allowPrivate) return true;
  if (isIP(address) === 0) return false;
  if (isInside(address, LOOPBACK_NETWORKS)) return policy.allowLoopback;
  return !isInside(address, INNER_NETWORKS);
}

/** Why deliveries cannot go to this address, in a few words; null where they can, as far as is known now. */
export async function targetProblem(url: string, policy: TargetPolicy): Promise<string | null> {
  const { username, password, hostname } = new URL(url);
  if (username !== "" || password !== "") return "must not hold a user name or password";
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const addresses = isIP(host) > 0 ? [host] : await addressesOf(host);
  if (addresses.every((address) => mayConnect(address, policy))) return null;
  return "must be a public address; private and loopback ones are refused (ALLOW_PRIVATE_WEBHOOKS=1 allows them)";
}

/** The address to connect to: one of this name that is allowed; null where there is none, or no answer in time. */
export async function allowedAddress(host: string, policy: TargetPolicy): Promise<string | null> {
  const addresses = isIP(host) > 0 ? [host] : await addressesOf(host);
  return addresses.find((address) => mayConnect(address, policy)) ?? null;
}

/** Empty for a name that does not resolve now: each delivery looks again, and refuses by what it finds. */
async function addressesOf(host: string): Promise<string[]> {
  if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1"];
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    (): string[] => [],
  );
  return withTimeout(found, NAME_CALLS.totalMs, () => []);
}
