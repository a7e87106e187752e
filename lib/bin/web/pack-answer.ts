import { promisify } from "node:util";
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from "node:zlib";
import type { Answer } from "#lib/http/call.ts";
import { acceptedEncoding, type Encoding, isCompressible } from "./accepted-encoding.ts";

/** A network packet holds as much; below it nothing is gained. */
const BYTES_MIN = 1_400;
/** Up to this it takes less time than handing the work to another thread. */
const SYNC_BYTES_MAX = 16_384;
const FORMS_KEPT = 16;

const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP = { level: 6 };
const later = { br: promisify(brotliCompress), gzip: promisify(gzip) };

// Texts that are public and the same for everybody, such as the API's description.
const kept = new Map<string, Buffer>();

/** The answer of a handler as the caller would have it: packed where that was asked for and gains something. */
export function packAnswer(answer: Answer, accepted: string | undefined): Answer | Promise<Answer> {
  const { body, headers, status } = answer;
  if (typeof body !== "string" || body.length < BYTES_MIN || status === 304) return answer;
  // A strong entity tag names one form of the bytes; none of our long answers has one.
  if (headers.etag !== undefined || !isCompressible(String(headers["content-type"] ?? ""))) return answer;
  const plain = { ...answer, headers: { ...headers, vary: "Accept-Encoding" } };
  const encoding = acceptedEncoding(accepted);
  if (encoding === null) return plain;
  const packedAs = (packed: Buffer): Answer => ({
    ...plain,
    headers: { ...plain.headers, "content-encoding": encoding },
    body: packed,
  });
  if (/^public\b/.test(String(headers["cache-control"] ?? ""))) return keptForm(body, encoding).then(packedAs);
  if (body.length > SYNC_BYTES_MAX) return packLater(body, encoding).then(packedAs);
  return packedAs(encoding === "br" ? brotliCompressSync(body, BROTLI) : gzipSync(body, GZIP));
}

const packLater = (body: string, encoding: Encoding): Promise<Buffer> =>
  encoding === "br" ? later.br(body, BROTLI) : later.gzip(body, GZIP);

async function keptForm(body: string, encoding: Encoding): Promise<Buffer> {
  const name = `${encoding}:${body}`;
  const known = kept.get(name);
  if (known !== undefined) return known;
  const packed = await packLater(body, encoding);
  if (kept.size >= FORMS_KEPT) kept.clear();
  kept.set(name, packed);
  return packed;
}
