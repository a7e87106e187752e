import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NAME_CALLS } from "#lib/base/call-budgets.ts";
import { isInside, LOOPBACK_NETWORKS, type Network, readNetwork } from "#lib/base/networks.ts";
import { withTimeout } from "#lib/base/timeout.ts";

// Where print jobs may go. A rule of its own, and the reverse of the one for webhooks: a printer stands in the shop's own network,
// so private addresses are what is allowed, and nothing else is. Public addresses have no printer that is ours; link-local ones hold
// the metadata services of clouds (169.254.169.254, fe80::/10), and loopback is this machine, open in the sandbox alone. The port is
// one of those that printers listen on, so that no other service of the network is spoken to.

const networks = (...texts: string[]): readonly Network[] => texts.flatMap((text) => readNetwork(text) ?? []);
const SHOP_NETWORKS = networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
/** The metadata service of AWS over IPv6 lies among the private addresses. */
const NEVER = networks("fd00:ec2::254");
const PRINTER_PORT = { from: 9_100, to: 9_109 };

export interface PrinterPolicy {
  /** This machine itself, for the sandbox's printer. */
  readonly allowLoopback: boolean;
}

/** Whether a print job may go to this address. */
export function mayPrintTo(address: string, port: number, { allowLoopback }: PrinterPolicy): boolean {
  if (isIP(address) === 0) return false;
  if (isInside(address, LOOPBACK_NETWORKS)) return allowLoopback;
  if (port < PRINTER_PORT.from || port > PRINTER_PORT.to) return false;
  return isInside(address, SHOP_NETWORKS) && !isInside(address, NEVER);
}

/** The address to connect to, looked up and checked now; null where there is none that is allowed, or no answer in time. */
export async function printerAddress(host: string, port: number, policy: PrinterPolicy): Promise<string | null> {
  const found = isIP(host) > 0 ? [host] : await withTimeout(addressesOf(host), NAME_CALLS.totalMs, () => []);
  return found.find((address) => mayPrintTo(address, port, policy)) ?? null;
}

const addressesOf = (host: string): Promise<string[]> =>
  lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
