import type { IncomingMessage, ServerResponse } from "node:http";
import { type BrotliCompress, constants, createBrotliCompress } from "node:zlib";
import { isCompressible } from "./accepted-encoding.ts";

/** Half a millisecond for a page, and within a few per cent of what patience would give. */
const QUALITY = 5;

/** Compresses what Next will write to this answer, chunk by chunk as it streams. Next's own gzip must be off for it. */
export function compressAnswer(incoming: IncomingMessage, outgoing: ServerResponse): void {
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
  // Next calls it after each piece that a reader should see at once.
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
