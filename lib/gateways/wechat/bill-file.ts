import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGunzip, gzip } from "node:zlib";
import { WECHAT_CALLS } from "#lib/base/call-budgets.ts";
import { BILL_BYTES_MAX, BILL_GZIP_BYTES_MAX } from "#lib/base/limits.ts";
import { done, type Outcome, unknown } from "#lib/base/outcome.ts";
import type { BillFile } from "#lib/payment/index.ts";
import { EXCHANGE_LIMITS, type ExchangeLimits } from "./transport.ts";

// A bill stays compressed and is unpacked only piece by piece. Source: wechatpay.md §6.6.

export const BILL_LIMITS: ExchangeLimits = {
  ...EXCHANGE_LIMITS,
  totalMs: WECHAT_CALLS.billMs,
  answerBytes: BILL_GZIP_BYTES_MAX,
};

const pack = promisify(gzip);
const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The bytes that came, packed whether WeChat packed them or not.
 * @param sha1 hex, of the uncompressed bytes; null if WeChat published none
 */
export async function billFileOf(bytes: Buffer, sha1: string | null): Promise<Outcome<BillFile, never>> {
  const packed = isPacked(bytes) ? bytes : await pack(bytes);
  const found = await unpackedSha1(packed);
  if (found === null) return unknown("the bill cannot be unpacked");
  if (sha1 !== null && found !== sha1.toLowerCase())
    return unknown("the bill is not the file whose hash was published");
  return done({ gzip: packed });
}

/** @returns null when the bytes are no whole gzip file, or unpack to more than any bill */
async function unpackedSha1(packed: Buffer): Promise<string | null> {
  const hash = createHash("sha1");
  let length = 0;
  try {
    await pipeline(Readable.from([packed]), createGunzip(), async (unpacked: AsyncIterable<Buffer>) => {
      for await (const part of unpacked) {
        length += part.length;
        if (length > BILL_BYTES_MAX) throw new Error("too large");
        hash.update(part);
      }
    });
  } catch {
    return null;
  }
  return hash.digest("hex");
}
