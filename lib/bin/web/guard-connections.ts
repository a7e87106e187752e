import { readFileSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import { addressGroup } from "#lib/base/address-group.ts";
import { CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX, DESCRIPTORS_RESERVED } from "#lib/base/web-limits.ts";
import type { Container } from "#lib/http/container.ts";

export interface GuardOptions {
  readonly container: Pick<Container, "log">;
  /** Hot reload needs its web socket. */
  readonly dev: boolean;
  /** Connections of our own proxies carry all callers, so they are not counted per address. */
  readonly isProxy: (peer: string) => boolean;
  readonly connectionsMax?: number;
  readonly perAddressMax?: number;
}

/**
 * Limits connections, in total and per address, and keeps all of them in HTTP. A request that offers an upgrade is answered
 * as if it had not (RFC 9110 §7.8). Next registers for upgrades with its first request; Node would then pass it such
 * connections, where none of our timeouts and limits applies.
 */
export function guardConnections(server: Server, options: GuardOptions): void {
  server.maxConnections = options.connectionsMax ?? connectionsMax();
  server.on("drop", () => options.container.log.warn("web.connections_full", { connections: server.maxConnections }));
  limitAddresses(server, options);
  let own: ((...given: Upgraded) => void) | undefined;
  server.on("newListener", (event, listener) => {
    if (event !== "upgrade" || listener === own) return;
    queueMicrotask(() => {
      server.off("upgrade", listener);
      if (!options.dev || own !== undefined) return;
      own = (...given) => passHotReload(listener, given);
      server.on("upgrade", own as (...given: unknown[]) => void);
    });
  });
  server.on("connect", (_incoming, socket) => closeWith(socket as Socket, "405 Method Not Allowed"));
}

function limitAddresses(server: Server, options: GuardOptions): void {
  const { isProxy, perAddressMax = CONNECTIONS_PER_ADDRESS_MAX, container } = options;
  const open = new Map<string, number>();
  server.on("connection", (socket) => {
    const address = addressGroup(socket.remoteAddress ?? "");
    if (address === null || isProxy(socket.remoteAddress ?? "")) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddressMax) {
      container.log.warn("web.connections_of_address_full", { connections: perAddressMax });
      return void socket.destroy();
    }
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}

type Upgraded = readonly [incoming: IncomingMessage, socket: Socket, head: Buffer];

/** Under `npm run dev` upgrades below `/_next/` go to Next; all others are refused. */
function passHotReload(listener: (...given: unknown[]) => void, given: Upgraded): void {
  const [incoming, socket] = given;
  if (incoming.url?.startsWith("/_next/") === true) listener(...given);
  else closeWith(socket, "400 Bad Request");
}

function closeWith(socket: Socket, status: string): void {
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Below the number of files this process may open: at that limit it could not open or read anything any more. */
function connectionsMax(): number {
  const allowed = descriptorsAllowed();
  return Math.min(CONNECTIONS_MAX, Math.max(Math.floor(allowed / 2), allowed - DESCRIPTORS_RESERVED));
}

/** Linux tells it in a file (Node has raised the soft limit to the hard one); elsewhere only our own limit applies. */
function descriptorsAllowed(): number {
  try {
    const [, soft = ""] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return Number(soft) || Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
