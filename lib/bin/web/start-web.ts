import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import {
  HEADER_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
  WEB_STOP_MS,
} from "#lib/base/limits.ts";
import type { Container } from "#lib/http/container.ts";
import { isPrefetch } from "#lib/http/only-looking.ts";
import { matchRoute } from "#lib/http/routes.ts";
import { split } from "#lib/http/serve.ts";
import { EDGE_HEADER, writeEdge } from "#lib/http/web-door.ts";
import { acceptsBrotli, compressAnswer } from "./compress-pages.ts";
import { answerNode, forwardedFor, originForm } from "./node-door.ts";
import { setPageHeaders } from "./page-headers.ts";
import type { StaticFiles } from "./static-files.ts";

/** What answers everything that is not in the table: Next, or a stand-in in tests. */
export interface Pages {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  upgrade?(incoming: IncomingMessage, socket: Socket, head: Buffer): Promise<void>;
}

export interface WebOptions {
  readonly container: Container;
  readonly pages: Pages;
  readonly files: StaticFiles | null;
  readonly port: number;
  /** All addresses when absent. */
  readonly host?: string;
  readonly dev: boolean;
}

export interface Web {
  readonly port: number;
  /** Takes no more, lets what is under way finish, and cuts off what has not after a few seconds. */
  stop(): Promise<void>;
}

const CONNECTIONS_LOOKED_AT_EVERY_MS = 5_000;

/** The web process: hot calls straight from the table, files from memory, all else through Next. */
export async function startWeb(options: WebOptions): Promise<Web> {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_LOOKED_AT_EVERY_MS,
    },
    (incoming, outgoing) => {
      answer(options, incoming, outgoing).catch((cause: unknown) => {
        options.container.log.error("web.failed", { cause });
        outgoing.destroy();
      });
    },
  );
  server.on("clientError", refuse);
  if (options.pages.upgrade !== undefined) {
    const { upgrade } = options.pages;
    server.on("upgrade", (incoming, socket: Socket, head) => {
      upgrade(incoming, socket, head).catch(() => socket.destroy());
    });
  }
  await listen(server, options);
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

async function answer(
  { container, pages, files, dev }: WebOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const target = originForm(incoming.url ?? "/");
  const [path] = split(target);
  const matched = matchRoute(path);
  if (matched === null ? path.startsWith("/api/") : matched.resource.hot) {
    return answerNode(container, { incoming, outgoing }, matched);
  }
  if (!isDecodable(path)) return refusePath(outgoing);
  if (files?.answer(incoming, outgoing, path) === true) return;
  const peer = incoming.socket.remoteAddress || "unknown";
  incoming.headers[EDGE_HEADER] = writeEdge(container.edgeWord, {
    peer,
    proxied: forwardedFor(incoming) !== null,
    target,
  });
  if (path.startsWith("/pay/") && isPrefetch(incoming.headers)) return refusePrefetch(outgoing);
  setPageHeaders(incoming, outgoing, { settings: container.settings, logoOrigin: await logoOrigin(container), dev });
  const packed = acceptsBrotli(incoming.headers["accept-encoding"]);
  if (packed) {
    compressAnswer(incoming, outgoing);
    // So that Next does not compress on its own.
    delete incoming.headers["accept-encoding"];
  }
  await pages.handle(incoming, outgoing);
}

/** A page that was fetched in advance would hold a trade for nobody; the browser asks again when somebody comes. */
function refusePrefetch(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { "cache-control": "no-store", "content-length": "0" });
  outgoing.end();
}

/** Without the database the page says so itself, and needs no logo. */
async function logoOrigin({ merchant }: Container): Promise<string | null> {
  const address = (await merchant?.().catch(() => null))?.brand?.logoUrl;
  return address?.startsWith("https:") && URL.canParse(address) ? new URL(address).origin : null;
}

/** Next answers 500 to a path whose escapes are no text. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function refusePath(outgoing: ServerResponse): void {
  outgoing.writeHead(400, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
  outgoing.end("400: the address is not well-formed\n");
}

/** Bytes that are no HTTP, headers that are too long or too slow. */
function refuse(cause: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || cause.code === "ECONNRESET") return void socket.destroy();
  const status = cause.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const late = cause.code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : status;
  socket.end(`HTTP/1.1 ${late}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const listen = (server: Server, { port, host }: WebOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Connections that a browser keeps become idle only after their answer.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const last = setTimeout(() => server.closeAllConnections(), WEB_STOP_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(last);
}
