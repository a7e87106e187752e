import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, lstat, open, rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { AppError } from "#lib/base/app-error.ts";

// One gzip stream of frames (length in four bytes, then the bytes), behind it the SHA-256 of the stream and an HMAC of that:
// the one tells damage from a whole file, the other a file of ours from somebody else's.

const FRAME_BYTES_MAX = 1_048_576;
const FRAME_BYTES = 65_536;
const HASH_BYTES = 32;
const TAIL_BYTES = 2 * HASH_BYTES;

export const refuseFile = (why: string, cause?: unknown): AppError =>
  new AppError("invalid_request", `this backup cannot be used: ${why}`, { cause });

const macOf = (digest: Uint8Array, key: Uint8Array): Buffer => createHmac("sha256", key).update(digest).digest();

export const jsonFrame = (value: unknown): Buffer => frame(Buffer.from(JSON.stringify(value), "utf8"));

/** An empty one ends a table. */
export const END_OF_TABLE: Buffer = Buffer.alloc(4);

function frame(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Small pieces are put together, large ones cut. */
export async function* contentFrames(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < FRAME_BYTES) continue;
    const bytes = Buffer.concat(held);
    for (let at = 0; at < bytes.length; at += FRAME_BYTES_MAX) yield frame(bytes.subarray(at, at + FRAME_BYTES_MAX));
    held = [];
    size = 0;
  }
  if (size > 0) yield frame(Buffer.concat(held));
}

const alreadyThere = (file: string): AppError =>
  new AppError("conflict", `${file} is there already: choose another name, or replace it with --overwrite`);

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

/** Two that began together do not replace each other's file: a link, unlike a rename, takes a free name only. */
async function putInPlace(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw alreadyThere(file);
    // A file system without links.
    if (await isThere(file)) throw alreadyThere(file);
    return rename(partial, file);
  }
  await rm(partial);
}

export interface BackupTarget {
  readonly file: string;
  readonly key: Uint8Array;
  /** A file of this name may be replaced; otherwise it is left as it is. */
  readonly overwrite: boolean;
}

/**
 * Appears under its name only when it is whole and on disk; readable by its owner alone.
 * @returns its size
 * @throws AppError `conflict` where a file of this name is there and may not be replaced
 */
export async function writeFile(
  frames: AsyncIterable<Buffer>,
  { file, key, overwrite }: BackupTarget,
): Promise<number> {
  if (!overwrite && (await isThere(file))) throw alreadyThere(file);
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  const handle = await open(partial, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    await pipeline(Readable.from(frames, { objectMode: true }), createGzip(), async (packed: AsyncIterable<Buffer>) => {
      for await (const piece of packed) {
        hash.update(piece);
        await handle.writeFile(piece);
      }
    });
    const digest = hash.digest();
    await handle.writeFile(Buffer.concat([digest, macOf(digest, key)]));
    await handle.sync();
    const { size } = await handle.stat();
    await handle.close();
    await (overwrite ? rename(partial, file) : putInPlace(partial, file));
    return size;
  } catch (cause) {
    await handle.close().catch(() => {});
    await rm(partial, { force: true });
    throw cause;
  }
}

/** The whole file is read once, before anything in it is believed. @throws AppError `invalid_request` when it is damaged */
export async function checkFile(file: string): Promise<{ isSealedWith(key: Uint8Array): boolean }> {
  const size = await sizeOf(file);
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file, { end: size - TAIL_BYTES - 1 })) hash.update(piece as Buffer);
  const digest = hash.digest();
  const tail: Buffer[] = [];
  for await (const piece of createReadStream(file, { start: size - TAIL_BYTES })) tail.push(piece as Buffer);
  const [said, mac] = [0, HASH_BYTES].map((at) => Buffer.concat(tail).subarray(at, at + HASH_BYTES));
  if (said === undefined || mac === undefined || Buffer.compare(said, digest) !== 0) {
    throw refuseFile("it is cut short, was changed, or is no backup");
  }
  return { isSealedWith: (key) => mac.length === HASH_BYTES && timingSafeEqual(mac, macOf(digest, key)) };
}

async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file).catch((cause) => {
    throw refuseFile(`${file} cannot be read`, cause);
  });
  if (size <= TAIL_BYTES) throw refuseFile("it is cut short, was changed, or is no backup");
  return size;
}

/** The frames of a file that was checked, one at a time. */
export async function* readFrames(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { end: (await sizeOf(file)) - TAIL_BYTES - 1 });
  const unpacked = createGunzip();
  source.on("error", (cause) => unpacked.destroy(cause));
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of source.pipe(unpacked) as AsyncIterable<Buffer>) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    while (held.length >= 4) {
      const length = held.readUInt32BE();
      if (length > FRAME_BYTES_MAX) throw refuseFile("it holds what no backup holds");
      if (held.length < 4 + length) break;
      yield held.subarray(4, 4 + length);
      held = held.subarray(4 + length);
    }
  }
  if (held.length > 0) throw refuseFile("it ends too soon");
}
