import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import {
  type BrotliCompress,
  brotliCompress,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  gzip,
  gzipSync,
} from "node:zlib";
import type { Answer } from "#lib/http/call.ts";

export type Encoding = "br" | "gzip";

/**
 * The encoding to use, by the caller's own preference (RFC 9110 §12.5.3); ours where it prefers neither. Null: none.
 */
export function acceptedEncoding(header: string | undefined, ours: Encoding = "br"): Encoding | null {
  if (header === undefined || header === "") return null;
  const brotli = weightOf(header, "br");
  const gzip = weightOf(header, "gzip");
  if (brotli <= 0 && gzip <= 0) return null;
  if (brotli === gzip) return ours;
  return brotli > gzip ? "br" : "gzip";
}

function weightOf(header: string, name: Encoding): number {
  let any = 0;
  for (const part of header.split(",")) {
    const [coding = "", ...parameters] = part.split(";");
    const plain = coding.trim().toLowerCase();
    if (plain !== name && plain !== "*") continue;
    const [, quality = "1"] = /(?:^|;)\s*q=([\d.]+)/i.exec(parameters.join(";")) ?? [];
    const weight = Number(quality) || 0;
    if (plain === name) return weight;
    any = weight;
  }
  return any;
}

/** Content types worth compressing. Event streams are sent as they come. */
const isCompressible = (type: string): boolean =>
  /^(?:text\/(?!event-stream)|application\/(?:(?:[\w.-]+\+)?json|javascript|xml)|image\/svg)/.test(type);

/** One network packet; compressing less gains nothing. */
const BYTES_MIN = 1_400;
/** Up to this size, compressing here takes less time than passing the work to another thread. */
const SYNC_BYTES_MAX = 16_384;
const CACHED_MAX = 16;

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** For what is compressed once: an eighth smaller. */
const BROTLI_ONCE = { params: { [constants.BROTLI_PARAM_QUALITY]: 8 } };
const GZIP = { level: 6 };
const later = { br: promisify(brotliCompress), gzip: promisify(gzip) };

// Public answers that are the same for every caller, such as the API's description.
const cached = new Map<string, Buffer>();

/** The answer of a handler, compressed where the caller accepts it and it gains something. */
export function compressAnswer(answer: Answer, accepted: string | undefined): Answer | Promise<Answer> {
  const { body, headers, status } = answer;
  if (typeof body !== "string" || body.length < BYTES_MIN || status === 304) return answer;
  // A strong entity tag names one encoding of the bytes; none of our long answers has one.
  if (headers.etag !== undefined || !isCompressible(String(headers["content-type"] ?? ""))) return answer;
  const plain = { ...answer, headers: { ...headers, vary: "Accept-Encoding" } };
  const encoding = acceptedEncoding(accepted);
  if (encoding === null) return plain;
  const encodedAs = (packed: Buffer): Answer => ({
    ...plain,
    headers: { ...plain.headers, "content-encoding": encoding },
    body: packed,
  });
  if (/^public\b/.test(String(headers["cache-control"] ?? ""))) return cachedForm(body, encoding).then(encodedAs);
  if (body.length > SYNC_BYTES_MAX) return compressAsync(body, encoding).then(encodedAs);
  return encodedAs(encoding === "br" ? brotliCompressSync(body, BROTLI) : gzipSync(body, GZIP));
}

const compressAsync = (body: string, encoding: Encoding): Promise<Buffer> =>
  encoding === "br" ? later.br(body, BROTLI) : later.gzip(body, GZIP);

async function cachedForm(body: string, encoding: Encoding): Promise<Buffer> {
  const name = `${encoding}:${body}`;
  const known = cached.get(name);
  if (known !== undefined) return known;
  const packed = await (encoding === "br" ? later.br(body, BROTLI_ONCE) : later.gzip(body, GZIP));
  if (cached.size >= CACHED_MAX) cached.clear();
  cached.set(name, packed);
  return packed;
}

/** Half a millisecond for a page, and within a few per cent of the smallest size. */
const QUALITY = 5;

/** Compresses what Next will write to this answer, chunk by chunk as it streams. Next's own gzip must be off for it. */
export function compressPage(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const raw = {
    writeHead: outgoing.writeHead.bind(outgoing) as (...given: unknown[]) => ServerResponse,
    write: outgoing.write.bind(outgoing) as (...given: unknown[]) => boolean,
    end: outgoing.end.bind(outgoing) as (...given: unknown[]) => ServerResponse,
  };
  let packer: BrotliCompress | null | undefined;
  const begin = (): BrotliCompress | null => {
    if (packer !== undefined) return packer;
    packer = null;
    if (incoming.method === "HEAD" || outgoing.headersSent || !isWorthIt(outgoing)) return null;
    outgoing.setHeader("content-encoding", "br");
    outgoing.appendHeader("vary", "Accept-Encoding");
    outgoing.removeHeader("content-length");
    packer = pipe(outgoing, raw);
    return packer;
  };
  outgoing.writeHead = ((status: number, ...rest: unknown[]) => {
    outgoing.statusCode = status;
    const headers = rest.find((each) => typeof each === "object" && each !== null);
    if (headers !== undefined && !Array.isArray(headers)) {
      for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value as string);
    }
    begin();
    return raw.writeHead(status, ...rest.filter((each) => typeof each === "string" || Array.isArray(each)));
  }) as ServerResponse["writeHead"];
  outgoing.write = ((...given: unknown[]) => {
    const packing = begin();
    return packing === null ? raw.write(...given) : (packing.write as (...given: unknown[]) => boolean)(...given);
  }) as ServerResponse["write"];
  outgoing.end = ((...given: unknown[]) => {
    const packing = begin();
    if (packing === null) return raw.end(...given);
    (packing.end as (...given: unknown[]) => void)(...given);
    return outgoing;
  }) as ServerResponse["end"];
  // Next calls this after each piece that the browser should show at once.
  Object.assign(outgoing, { flush: () => packer?.flush(constants.BROTLI_OPERATION_FLUSH) });
}

function isWorthIt(outgoing: ServerResponse): boolean {
  const { statusCode } = outgoing;
  if (statusCode < 200 || statusCode === 204 || statusCode === 304 || outgoing.hasHeader("content-encoding"))
    return false;
  if (/no-transform/.test(String(outgoing.getHeader("cache-control") ?? ""))) return false;
  return isCompressible(String(outgoing.getHeader("content-type") ?? ""));
}

interface RawServerResponse {
  readonly write: (...given: unknown[]) => boolean;
  readonly end: (...given: unknown[]) => ServerResponse;
}

function pipe(outgoing: ServerResponse, raw: RawServerResponse): BrotliCompress {
  const packer = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  packer.on("data", (chunk: Buffer) => {
    if (raw.write(chunk)) return;
    packer.pause();
    outgoing.once("drain", () => packer.resume());
  });
  packer.on("end", () => raw.end());
  packer.on("error", () => outgoing.destroy());
  packer.on("drain", () => outgoing.emit("drain"));
  outgoing.once("close", () => packer.destroy());
  return packer;
}
