import type { IncomingMessage } from "node:http";
import { INNER_NETWORKS, isInside } from "#lib/base/networks.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { isTrusted } from "#lib/http/client-address.ts";
import type { Container } from "#lib/http/container.ts";
import { noteUntrustedProxy } from "#lib/storage/operations/untrusted-proxies.ts";
import { forwardedFor } from "./node-adapter.ts";

const NOTED_EVERY_MS = 10 * MINUTE_MS;

/**
 * Records for the doctor that calls come through a proxy which is not trusted: all shoppers then share its address. Any caller
 * can send such headers, so there are only two rows, one for private addresses and one for all others, written rarely.
 */
export function createUntrustedProxyRecorder({
  settings,
  database,
  log,
}: Pick<Container, "settings" | "database" | "log">) {
  const notedAt = new Map<boolean, number>();
  return (incoming: IncomingMessage): void => {
    if (forwardedFor(incoming) === null) return;
    const peer = (incoming.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
    if (peer === "" || isTrusted(peer, settings.trustedProxies)) return;
    const isPrivate = isInside(peer, INNER_NETWORKS);
    if (performance.now() - (notedAt.get(isPrivate) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    notedAt.set(isPrivate, performance.now());
    log.warn("web.proxy_not_trusted", { peer });
    // While the database is unreachable there is a worse problem to report.
    noteUntrustedProxy(database.pool, { private: isPrivate, peer }).catch(() => notedAt.delete(isPrivate));
  };
}
