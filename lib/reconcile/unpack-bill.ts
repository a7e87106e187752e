import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { BillFile } from "#lib/payment/index.ts";

/** A bill's text, piece by piece. */
export async function* unpackBill({ gzip }: BillFile): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const part of Readable.from([gzip]).pipe(createGunzip()) as AsyncIterable<Uint8Array>) {
    yield decoder.decode(part, { stream: true });
  }
  yield decoder.decode();
}
