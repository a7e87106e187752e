import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { SECOND_MS } from "#lib/base/time.ts";

// Where a webhook may go. Checked when an endpoint is made, and again with every delivery's own look-up: what a name
// means may change in between.

export interface TargetPolicy {
  readonly allowPrivate: boolean;
  /** This machine itself, for trying things out in sandbox mode. */
  readonly allowLoopback: boolean;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Networks that are not the public internet (RFC 6890 and its IPv6 counterparts). */
const inner = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  inner.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["100::", 64],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  inner.addSubnet(network, prefix, "ipv6");
}

/** Whether a delivery may connect to this address. */
export function mayConnect(address: string, policy: TargetPolicy): boolean {
  if (policy.allowPrivate) return true;
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isIP(address) === 0) return false;
  if (loopback.check(address, family)) return policy.allowLoopback;
  return !inner.check(address, family);
}

const LOOKUP_TIMEOUT_MS = 2 * SECOND_MS;

/** Why deliveries cannot go to this address, in a few words; null where they can, as far as is known now. */
export async function targetProblem(url: string, policy: TargetPolicy): Promise<string | null> {
  const { username, password, hostname } = new URL(url);
  if (username !== "" || password !== "") return "must not hold a user name or password";
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const addresses = isIP(host) > 0 ? [host] : await addressesOf(host);
  if (addresses.every((address) => mayConnect(address, policy))) return null;
  return "must be a public address; private and loopback ones are refused (ALLOW_PRIVATE_WEBHOOKS=1 allows them)";
}

/** Empty for a name that nobody knows now: each delivery looks again, and refuses by what it finds. */
async function addressesOf(host: string): Promise<string[]> {
  if (host === "localhost" || host.endsWith(".localhost")) return ["127.0.0.1"];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<[]>((resolve) => {
    timer = setTimeout(() => resolve([]), LOOKUP_TIMEOUT_MS);
  });
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
  const addresses = await Promise.race([found, late]);
  clearTimeout(timer);
  return addresses;
}
