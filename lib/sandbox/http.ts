import type { X509Certificate } from "node:crypto";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import type { SandboxKeys } from "./keys/key-ring.ts";

export interface Incoming {
  readonly method: string;
  /** Path and query exactly as sent: what signatures cover. */
  readonly target: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Scheme and host as the caller named them; null if they are no address. */
  readonly origin: string | null;
  /** The certificate whose key the caller proved to hold; over HTTPS only, if the caller showed one. */
  readonly clientCertificate?: X509Certificate;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** Instead of answering: stay silent, or cut the connection. */
  readonly fate?: "hang" | "cut";
}

export type RouteHandler = (incoming: Incoming) => HttpAnswer | Promise<HttpAnswer>;

export interface HttpRoute {
  readonly method: "GET" | "POST";
  /** `/v3/things/:id/close`; a parameter is one segment. */
  readonly path: string;
  readonly run: RouteHandler;
}

const BODY_BYTES_MAX = 1_048_576;

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});
export const html = (status: number, body: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", ...headers },
  body,
});
export const redirect = (location: string): HttpAnswer => ({ status: 302, headers: { Location: location } });

export interface ServeOptions {
  /** Resolves when everything done is on the disk; no answer is sent before. */
  readonly settled: () => Promise<void>;
  /** The `Date` of answers. */
  readonly now: () => number;
}

export function serve(routes: readonly HttpRoute[], { settled, now }: ServeOptions): RequestListener {
  const table = routes.map((route) => ({ ...route, segments: route.path.split("/") }));
  return (request, response) => {
    handle(table, request)
      .then(async (answer) => {
        await settled();
        response.setHeader("Date", new Date(now()).toUTCString());
        send(request, response, answer);
      })
      .catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        if (response.headersSent) response.destroy();
        else send(request, response, json(500, { code: "SYSTEM_ERROR", message }));
      });
  };
}

type RouteTable = readonly (HttpRoute & { readonly segments: readonly string[] })[];

async function handle(table: RouteTable, request: IncomingMessage): Promise<HttpAnswer> {
  const target = request.url ?? "/";
  const url = new URL(`http://sandbox${target.startsWith("/") ? target : "/"}`);
  const body = await readBody(request);
  if (body === null) return json(413, { code: "PARAM_ERROR", message: "body too large" });
  const segments = url.pathname.split("/");
  const methods = new Set<string>();
  for (const route of table) {
    const params = match(route.segments, segments);
    if (params === null) continue;
    for (const method of route.method === "GET" ? ["GET", "HEAD"] : [route.method]) methods.add(method);
    if (route.method !== (request.method === "HEAD" ? "GET" : request.method)) continue;
    const { method = "GET", headers } = request;
    const origin = originOf(request);
    return route.run({ method, target, url, params, headers, body, origin, ...certificateOf(request) });
  }
  if (methods.size === 0) return json(404, { code: "NOT_FOUND", message: `no such address: ${url.pathname}` });
  return json(405, { code: "METHOD_NOT_ALLOWED", message: "请求方法不支持" }, { Allow: [...methods].join(", ") });
}

/** A proxy that ends TLS names the scheme in a header. */
function originOf({ headers, socket }: IncomingMessage): string | null {
  const { host = "" } = headers;
  if (!/^([0-9A-Za-z.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/.test(host)) return null;
  const secure = socket instanceof TLSSocket || headers["x-forwarded-proto"] === "https";
  return `${secure ? "https" : "http"}://${host}`;
}

function certificateOf({ socket }: IncomingMessage): Pick<Incoming, "clientCertificate"> {
  const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return shown === undefined ? {} : { clientCertificate: shown };
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== segment) return null;
      continue;
    }
    try {
      params[part.slice(1)] = decodeURIComponent(segment);
    } catch {
      return null;
    }
  }
  return params;
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  return size > BODY_BYTES_MAX ? null : Buffer.concat(chunks);
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  if (answer.fate === "hang") return;
  if (answer.fate === "cut") {
    request.socket.destroy();
    return;
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  const body = compressed(request, response, Buffer.from(answer.body ?? ""));
  // A 204 has no body and no length.
  if (answer.status !== 204) response.setHeader("Content-Length", body.length);
  response.writeHead(answer.status);
  response.end(request.method === "HEAD" || answer.status === 204 ? undefined : body);
}

const COMPRESSED_BYTES_MIN = 20;
const COMPRESSIBLE = /^(text\/|application\/json\b|image\/svg)/;

/** As nginx does it. Signatures cover the uncompressed body. */
function compressed({ headers }: IncomingMessage, response: ServerResponse, body: Buffer): Buffer {
  if (body.length < COMPRESSED_BYTES_MIN || !COMPRESSIBLE.test(String(response.getHeader("Content-Type")))) return body;
  response.appendHeader("Vary", "Accept-Encoding");
  if (!takesGzip(String(headers["accept-encoding"] ?? ""))) return body;
  response.setHeader("Content-Encoding", "gzip");
  return gzipSync(body);
}

/** `gzip, deflate;q=0.5`: gzip is named and its weight is not 0. */
const takesGzip = (accepted: string): boolean =>
  accepted.split(",").some((coding) => {
    const [name = "", ...parameters] = coding.split(";").map((part) => part.trim().toLowerCase());
    return name === "gzip" && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

export interface ListeningServer {
  readonly port: number;
  /** Requests that came before wait for it. */
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

export const listenHttp = (port: number, host: string): Promise<ListeningServer> =>
  open(createServer(), { port, host });

/** HTTPS that requests a client certificate but does not require it: each call decides whether it needs one. */
export async function listenHttps(tls: NonNullable<SandboxKeys["tls"]>, at: HttpsAddress): Promise<ListeningServer> {
  const create = () =>
    createTlsServer({
      key: tls.privateKey,
      cert: tls.certificate,
      requestCert: true,
      // Merchant certificates are self-signed. The handshake proves the key; the v2 operation compares the certificate.
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    });
  const { host, port, preferred } = at;
  if (port !== undefined) return open(create(), { host, port });
  return open(create(), { host, port: preferred }).catch(() => open(create(), { host, port: 0 }));
}

export interface HttpsAddress {
  readonly host: string;
  /** This port or an error. */
  readonly port: number | undefined;
  /** Used without `port`, if it is free; otherwise any other port. */
  readonly preferred: number;
}

type HttpServer = Server & { closeAllConnections(): void };

async function open(server: HttpServer, { port, host }: { port: number; host: string }): Promise<ListeningServer> {
  let serve: (listener: RequestListener) => void = () => {};
  const served = new Promise<RequestListener>((resolve) => {
    serve = resolve;
  });
  server.on("request", (request, response) => void served.then((listener) => listener(request, response)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    serve,
    close: async () => {
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}
