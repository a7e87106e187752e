import { lookup } from "node:dns/promises";
import * as net from "node:net";
import { getSystemErrorName } from "node:util";
import { Refusal } from "./report.mjs";

/**
 * The socket that all web processes of this machine take their connections from. The launcher only holds it: while one
 * process takes another's place, connections wait in the socket's queue and none is refused. Node's own `cluster` shares a
 * socket by the same function, but cannot run its children by another Node than its own.
 * @returns its descriptor, or undefined where this Node cannot give it away
 */
export async function openListeningSocket({ port, host }) {
  const open = net._createServerHandle;
  if (open === undefined || process.platform === "win32") return undefined;
  const { address, family } = host === undefined ? { address: null, family: 4 } : await lookup(host);
  const handle = open(address, port, family);
  if (typeof handle === "number") {
    const problem = `${getSystemErrorName(handle)}: choose another one with PORT=…, or another HOST`;
    throw new Refusal(`port ${port} (PORT) cannot be opened, ${problem}`);
  }
  // Without a reference to it the collector would close it.
  held.add(handle);
  return handle.fd;
}

const held = new Set();
