import type { IncomingMessage } from "node:http";
import { INNER_NETWORKS, isInside } from "#lib/base/networks.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { isTrusted } from "#lib/http/client-address.ts";
import type { Container } from "#lib/http/container.ts";
import { noteUntrustedProxy } from "#lib/storage/operations/untrusted-proxies.ts";
import { forwardedFor } from "./node-door.ts";

const NOTED_EVERY_MS = 10 * MINUTE_MS;

/**
 * Notes for the doctor that calls come by a proxy which is not trusted: all shoppers have its address then. One row for
 * private addresses and one for all others, written now and then, since anybody may send such headers.
 */
export function createProxyNotes({ settings, database, log }: Pick<Container, "settings" | "database" | "log">) {
  const notedAt = new Map<boolean, number>();
  return (incoming: IncomingMessage): void => {
    if (forwardedFor(incoming) === null) return;
    const peer = (incoming.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
    if (peer === "" || isTrusted(peer, settings.trustedProxies)) return;
    const isPrivate = isInside(peer, INNER_NETWORKS);
    if (performance.now() - (notedAt.get(isPrivate) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    notedAt.set(isPrivate, performance.now());
    log.warn("web.proxy_not_trusted", { peer });
    // Without the database there is something worse to be told.
    noteUntrustedProxy(database.pool, { private: isPrivate, peer }).catch(() => notedAt.delete(isPrivate));
  };
}
