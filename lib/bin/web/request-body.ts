import { IncomingMessage, type ServerResponse } from "node:http";
import { AppError } from "#lib/base/app-error.ts";
import { BODIES_BYTES_MAX, REFUSED_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";

/** Whether a body follows the headers (RFC 9112 §6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Bytes of all bodies being read at this moment, so that many slow callers together cannot fill the memory. */
let bytesHeld = 0;

/**
 * The body, or null as soon as it is too long.
 * @throws AppError `invalid_request` when the caller goes away in the middle, `unavailable` when too much is being read
 */
export function readBytes(
  incoming: IncomingMessage,
  bytesMax: number,
  heldMax = BODIES_BYTES_MAX,
): Promise<Uint8Array | null> {
  if (Number(incoming.headers["content-length"] ?? 0) > bytesMax) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (finish: () => void) => {
      incoming.off("data", take).off("end", end).off("error", fail).off("close", fail);
      bytesHeld -= length;
      finish();
    };
    const take = (chunk: Buffer) => {
      length += chunk.length;
      bytesHeld += chunk.length;
      if (length <= bytesMax && bytesHeld <= heldMax) return void chunks.push(chunk);
      incoming.pause();
      settle(length > bytesMax ? () => resolve(null) : () => reject(tooMuch()));
    };
    const end = () => settle(() => resolve(chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks)));
    const fail = (cause?: Error) =>
      settle(() =>
        reject(new AppError("invalid_request", "the connection ended before the body was complete", { cause })),
      );
    incoming.on("data", take).on("end", end).on("error", fail).on("close", fail);
  });
}

const tooMuch = () => new AppError("unavailable", "too many bodies are being read at this moment", { retryAfterS: 2 });

/**
 * Ends an answer without waiting for the request's body. The whole answer is sent at once; the connection stays open until the
 * caller has sent the rest (up to a limit), since many clients read the answer only then. What still comes is discarded.
 */
export function endEarly(incoming: IncomingMessage, outgoing: ServerResponse, body?: string | Uint8Array): void {
  if (incoming.complete || !hasBody(incoming)) {
    outgoing.end(body);
    return void incoming.resume();
  }
  if (body === undefined) outgoing.flushHeaders();
  else outgoing.write(body);
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > REFUSED_BODY_BYTES_MAX) incoming.destroy();
  });
  incoming.on("error", () => {});
  incoming.once("end", () => outgoing.end()).once("close", () => outgoing.end());
  incoming.resume();
}

/** The same request with a body that was already read, so that Next can read it again. */
export function withBody(incoming: IncomingMessage, body: Uint8Array): IncomingMessage {
  const copy = new IncomingMessage(incoming.socket);
  const { "transfer-encoding": _chunked, ...headers } = incoming.headers;
  Object.assign(copy, {
    method: incoming.method,
    url: incoming.url,
    httpVersion: incoming.httpVersion,
    httpVersionMajor: incoming.httpVersionMajor,
    httpVersionMinor: incoming.httpVersionMinor,
    rawHeaders: incoming.rawHeaders,
    headers: { ...headers, "content-length": String(body.length) },
    complete: true,
  });
  if (body.length > 0) copy.push(body);
  copy.push(null);
  return copy;
}

/** A one-line error as plain text, where neither a page nor the API's problem details fit. */
export function sendPlainError(outgoing: ServerResponse, status: number, sentence: string): void {
  const body = `${status}: ${sentence}\n`;
  outgoing.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  endEarly(outgoing.req, outgoing, outgoing.req.method === "HEAD" ? undefined : body);
}
