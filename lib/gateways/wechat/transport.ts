import http from "node:http";
import https from "node:https";
import { createSecureContext } from "node:tls";
import { WECHAT_CALLS } from "#lib/base/call-budgets.ts";
import { GATEWAY_ANSWER_BYTES_MAX } from "#lib/base/limits.ts";

// One HTTP exchange: no redirects, no decompression, bounded in time and size.

export interface OutgoingRequest {
  readonly origin: string;
  readonly method: "GET" | "POST";
  /** Path and query exactly as signed. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: none is sent. */
  readonly body: string;
  /** Connections that show a client certificate; unused over plain http. */
  readonly agent?: https.Agent;
}

export interface RawAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Buffer;
}

/** No whole answer came. */
export interface NoAnswer {
  readonly kind: "no_answer";
  readonly cause: string;
  /** false: the request cannot have reached the other side. */
  readonly mayHaveArrived: boolean;
  /** The other side closed an idle connection just as we used it again; a new one is worth a try. */
  readonly staleConnection: boolean;
}

export interface ExchangeLimits {
  readonly connectMs: number;
  readonly totalMs: number;
  readonly answerBytes: number;
}

export const EXCHANGE_LIMITS: ExchangeLimits = {
  connectMs: WECHAT_CALLS.connectMs,
  totalMs: WECHAT_CALLS.totalMs,
  answerBytes: GATEWAY_ANSWER_BYTES_MAX,
};

export type Exchange = (request: OutgoingRequest, limits: ExchangeLimits) => Promise<RawAnswer | NoAnswer>;

export const USER_AGENT = `Lingfu/0.1 (Node.js ${process.versions.node})`;

const agentOptions = { keepAlive: true, maxSockets: WECHAT_CALLS.atOnce, scheduling: "lifo" } as const;
const httpAgent = new http.Agent(agentOptions);
const httpsAgent = new https.Agent(agentOptions);

export interface ClientIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Trusted instead of the usual authorities. */
  readonly caPem?: string | null | undefined;
}

/** Connections that show this certificate. @throws Error if certificate and key do not belong together */
export function agentWithCertificate({ certificatePem, keyPem, caPem }: ClientIdentity): https.Agent {
  const identity = { cert: certificatePem, key: keyPem, ...(caPem == null ? {} : { ca: caPem }) };
  createSecureContext(identity); // otherwise a bad pair would be noticed only at the first call
  return new https.Agent({ ...agentOptions, ...identity });
}

/** An exchange over connections that trust this authority alone, unless a request brings its own agent. */
export function exchangeTrusting(caPem: string | null | undefined, run: Exchange = exchange): Exchange {
  if (caPem == null) return run;
  const agent = new https.Agent({ ...agentOptions, ca: caPem });
  return (request, limits) => run({ agent, ...request }, limits);
}

/** Any failure of the network or the other side is a {@link NoAnswer}, never an exception. */
export function exchange(request: OutgoingRequest, limits: ExchangeLimits): Promise<RawAnswer | NoAnswer> {
  return new Promise((resolve) => {
    let connected = false;
    const outgoing = prepare(request);
    const settle = (result: RawAnswer | NoAnswer): void => {
      clearTimeout(total);
      resolve(result); // only the first call counts: destroying the request makes it fail once more
    };
    const fail = (cause: string, staleConnection = false): void => {
      settle({ kind: "no_answer", cause, mayHaveArrived: connected, staleConnection });
      outgoing.destroy();
    };
    const total = setTimeout(() => fail("time-out"), limits.totalMs);
    watchConnecting(outgoing, {
      connectMs: limits.connectMs,
      onConnected: () => {
        connected = true;
      },
      onTooLong: () => fail("connecting took too long"),
    });
    outgoing.on("error", (error) => fail(codeOf(error), outgoing.reusedSocket && CLOSED_CODES.has(codeOf(error))));
    outgoing.on("response", (incoming) => {
      readAll(incoming, limits.answerBytes).then(
        (body) => {
          if (body === null) fail("answer too large");
          else settle({ kind: "answer", status: incoming.statusCode ?? 0, headers: headersOf(incoming), body });
        },
        () => fail("answer broken off"),
      );
    });
    outgoing.end(request.body === "" ? undefined : request.body);
  });
}

const CLOSED_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** Messages of Node may hold addresses; its codes do not. */
const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "connection failed");

function prepare({ origin, method, path, headers, body, agent = httpsAgent }: OutgoingRequest): http.ClientRequest {
  const url = new URL(origin);
  const secure = url.protocol === "https:";
  const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return (secure ? https : http).request({
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    method,
    path,
    headers: { ...headers, ...length },
    agent: secure ? agent : httpAgent,
  });
}

interface Connecting {
  readonly connectMs: number;
  readonly onConnected: () => void;
  readonly onTooLong: () => void;
}

/** The connecting time covers name, TCP and TLS; a connection taken from the pool needs none. */
function watchConnecting(outgoing: http.ClientRequest, { connectMs, onConnected, onTooLong }: Connecting): void {
  outgoing.on("socket", (socket) => {
    if (outgoing.reusedSocket) {
      onConnected();
      return;
    }
    const timer = setTimeout(onTooLong, connectMs);
    socket.once("encrypted" in socket ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      onConnected();
    });
    socket.once("close", () => clearTimeout(timer));
  });
}

/** @returns null when there is more than `bytesMax`. @throws when the answer ends before its end */
async function readAll(incoming: http.IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bytesMax) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

/** Repeated headers are joined, so that none of them can pass for the only one. */
function headersOf(incoming: http.IncomingMessage): RawAnswer["headers"] {
  return { get: (name) => incoming.headersDistinct[name.toLowerCase()]?.join(", ") ?? null };
}
