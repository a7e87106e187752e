import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { promisify } from "node:util";
import {
  HEADER_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  WEB_IDLE_STOP_MS,
  WEB_STOP_MS,
} from "#lib/base/limits.ts";
import { isTrusted } from "#lib/http/client-address.ts";
import type { Container } from "#lib/http/container.ts";
import { matchRoute } from "#lib/http/routes.ts";
import { split } from "#lib/http/serve.ts";
import { answerPage } from "./answer-page.ts";
import { guardConnections } from "./guard-connections.ts";
import { answerNode, originForm } from "./node-adapter.ts";
import type { PageLane } from "./page-lane.ts";
import { sendPlainError } from "./request-body.ts";
import type { StaticFiles } from "./static-files.ts";
import { createUntrustedProxyRecorder } from "./untrusted-proxies.ts";

/** Answers everything that is not in the route table: Next, or a substitute in tests. */
interface Pages {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
}

export interface WebOptions {
  readonly container: Container;
  readonly pages: Pages;
  readonly files: StaticFiles | null;
  readonly lane?: PageLane | null;
  readonly port: number;
  /** Default: all addresses. */
  readonly host?: string;
  /** A listening socket that is shared with other processes, instead of one at `host` and `port`. */
  readonly fd?: number;
  readonly dev: boolean;
  /** Open connections, in total and per address; by default what the system and our limits allow. */
  readonly connectionsMax?: number;
  readonly perAddressMax?: number;
  /** After so many a connection ends with its answer; without it a caller may keep it. */
  readonly requestsPerConnection?: number;
}

export interface Web {
  readonly port: number;
  /** The number of open connections. */
  connections(): Promise<number>;
  /** Accepts no more calls, lets running ones finish, and cuts off the rest after a few seconds. */
  stop(): Promise<void>;
}

const CONNECTIONS_LOOKED_AT_EVERY_MS = 5_000;

/** The web server: API calls from the route table, files from memory, everything else through Next. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const noteProxy = createUntrustedProxyRecorder(options.container);
  const requestsLeft = countRequests(options.requestsPerConnection);
  let stopping = false;
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_LOOKED_AT_EVERY_MS,
    },
    (incoming, outgoing) => {
      const left = requestsLeft(incoming.socket);
      // Sent before the answer that ended the connection was read: it is not carried out, and its caller may send it again.
      if (left < 0) return;
      noteProxy(incoming);
      // The caller's next request finds the process that takes over, or another one.
      if (stopping || left === 0) outgoing.shouldKeepAlive = false;
      answer(options, incoming, outgoing).catch((cause: unknown) => {
        // A caller who disconnected is not an error.
        if (!incoming.destroyed) options.container.log.error("web.failed", { cause });
        outgoing.destroy();
      });
    },
  );
  server.on("clientError", refuse);
  const { trustedProxies } = options.container.settings;
  guardConnections(server, { ...options, isProxy: (peer) => isTrusted(peer, trustedProxies) });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    connections: promisify(server.getConnections.bind(server)),
    stop() {
      stopping = true;
      return stop(server);
    },
  };
}

/** How many more requests a connection may send, with one that has come. */
function countRequests(max: number | undefined): (socket: Socket) => number {
  if (max === undefined) return () => Number.POSITIVE_INFINITY;
  const counts = new WeakMap<Socket, number>();
  return (socket) => {
    const count = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, count);
    return max - count;
  };
}

async function answer(options: WebOptions, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (!hasOneHost(incoming.rawHeaders)) {
    return sendPlainError(outgoing, 400, "a request names one Host");
  }
  const target = originForm(incoming.url ?? "/");
  const [path] = split(target);
  const matched = matchRoute(path);
  if (matched !== null || path.startsWith("/api/")) {
    return answerNode(options.container, { incoming, outgoing }, matched);
  }
  return answerPage(options, { incoming, outgoing, path, target });
}

const HOST_FORM = /^[\w.:[\]%~-]*$/;

/** Of several Host headers Node takes the first, but a proxy in front may have used another. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length !== 4 || name.toLowerCase() !== "host") continue;
    if (++hosts > 1 || !HOST_FORM.test(rawHeaders[at + 1] ?? "")) return false;
  }
  return true;
}

/** Answers bytes that are not HTTP, and headers that are too long or too slow. */
function refuse(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || cause.code === "ECONNRESET") return void socket.destroy();
  const status = cause.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const late = cause.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : status;
  socket.end(`HTTP/1.1 ${late}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const listen = (server: Server, { port, host, fd }: WebOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    const at = fd === undefined ? { port, ...(host === undefined ? {} : { host }) } : { fd };
    server.listen(at, () => {
      server.off("error", reject);
      resolve();
    });
  });

/**
 * A connection that is closed in the moment that its caller sends would lose the request, so idle ones are left a while: what
 * comes on them is answered, and closes them. `Server.close` of HTTP would close them at once.
 */
async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  let idle: NodeJS.Timeout | undefined;
  const closeIdle = () => {
    server.closeIdleConnections();
    // A browser's connection becomes idle only after its answer.
    idle = setInterval(() => server.closeIdleConnections(), 100);
  };
  const patience = setTimeout(closeIdle, WEB_IDLE_STOP_MS);
  const last = setTimeout(() => server.closeAllConnections(), WEB_STOP_MS);
  await closed;
  clearTimeout(patience);
  clearInterval(idle);
  clearTimeout(last);
}
