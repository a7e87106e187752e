import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Readable, type Transform } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import {
  DAMAGED,
  openStream,
  readSealedLine,
  refuseFile,
  type SealedKind,
  sealStream,
} from "./backups/sealed-stream.ts";

// Backups are frames (length in four bytes, then the bytes), packed by gzip, then sealed. Before there were seals, the SHA-256 of the
// packed bytes and an HMAC of that stood behind them instead: those are read still, and not written any more.

const FRAME_BYTES_MAX = 1_048_576;
const FRAME_BYTES = 65_536;
/** What is unpacked at a time: the default of 16 KiB costs one turn of a thread for each. */
const UNPACKED_BYTES = 262_144;
const HASH_BYTES = 32;
const TAIL_BYTES = 2 * HASH_BYTES;

/** What backups need of a master key; of the key itself, since an empty database has no root to derive from. */
export interface BackupSeal {
  readonly keyId: Uint8Array;
  deriveKey(purpose: string): Uint8Array;
}

/** Of the HMAC of before, and of what is sealed now. */
const SIGNED_FOR = "backup";
const SEALED_FOR = "backup-sealed";

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export const jsonFrame = (value: unknown): Buffer => frame(Buffer.from(JSON.stringify(value), "utf8"));

/** An empty one ends a table, or another content of unknown length. */
export const END_OF_CONTENT: Buffer = Buffer.alloc(4);

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

interface SealedFrames {
  readonly kind: SealedKind;
  readonly seal: BackupSeal;
  /** 1 is fast, 9 is small. */
  readonly level?: number;
}

/** As they are stored. */
export async function* sealFrames(
  frames: AsyncIterable<Buffer>,
  { kind, seal, level = 6 }: SealedFrames,
): AsyncGenerator<Buffer> {
  const packed = through(frames, createGzip({ level }));
  yield* sealStream(packed, { kind, keyId: hexOf(seal.keyId), key: seal.deriveKey(SEALED_FOR) });
}

/** Begins when it is read; what happens to either happens to both. */
async function* through(source: AsyncIterable<Buffer>, target: Transform): AsyncGenerator<Buffer> {
  const from = Readable.from(source, { objectMode: true });
  from.on("error", (cause) => target.destroy(cause));
  try {
    for await (const piece of from.pipe(target)) yield piece as Buffer;
  } finally {
    from.destroy();
    target.destroy();
  }
}

export interface OpenedFrames {
  readonly kind: SealedKind;
  /** Every master key at hand. */
  readonly seals: readonly BackupSeal[];
}

/**
 * The frames of what was stored, one at a time.
 * @throws AppError `invalid_request` when it is damaged, or sealed with a key that is not at hand
 */
export async function* readFrames(
  stored: AsyncIterable<Uint8Array>,
  { kind, seals }: OpenedFrames,
): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  /** So much is needed before anything can be read; pieces are joined only then, so that none is copied again and again. */
  let wanted = 4;
  for await (const piece of unpacked(await opened(stored, { kind, seals }))) {
    held.push(piece);
    size += piece.length;
    if (size < wanted) continue;
    let rest = held.length === 1 ? piece : Buffer.concat(held);
    for (wanted = 4; rest.length >= wanted; wanted = 4) {
      const length = rest.readUInt32BE();
      if (length > FRAME_BYTES_MAX) throw refuseFile("it holds what no backup holds");
      wanted = 4 + length;
      if (rest.length < wanted) break;
      yield rest.subarray(4, wanted);
      rest = rest.subarray(wanted);
    }
    held = rest.length === 0 ? [] : [rest];
    size = rest.length;
  }
  if (size > 0) throw refuseFile("it ends too soon");
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* through(packed, createGunzip({ chunkSize: UNPACKED_BYTES }));
  } catch (cause) {
    if (String((cause as NodeJS.ErrnoException).code).startsWith("Z_")) throw refuseFile(DAMAGED, cause);
    throw cause;
  }
}

/** The seal of this key. @throws AppError */
export function sealOf(seals: readonly BackupSeal[], keyId: string): BackupSeal {
  const found = seals.find((each) => hexOf(each.keyId) === keyId);
  if (found !== undefined) return found;
  throw refuseFile(
    seals.length === 0
      ? "its master key is needed to open it: set MASTER_KEY"
      : "its secrets are sealed with another MASTER_KEY than the one that is set",
  );
}

const LINE_BYTES = 80;

async function opened(
  stored: AsyncIterable<Uint8Array>,
  { kind, seals }: OpenedFrames,
): Promise<AsyncIterable<Buffer>> {
  const pieces = stored[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  for (let size = 0; size < LINE_BYTES; ) {
    const { done, value } = await pieces.next();
    if (done) break;
    start.push(value);
    size += value.length;
  }
  const first = Buffer.concat(start);
  const whole = {
    async *[Symbol.asyncIterator]() {
      try {
        yield first as Uint8Array;
        for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
      } finally {
        await pieces.return?.();
      }
    },
  };
  // What was written before there were seals begins as gzip does.
  if (kind === "dump" && readSealedLine(first) === null && first[0] === 0x1f) return withoutTail(whole, seals);
  return openStream(whole, { kind, keyOf: (keyId) => sealOf(seals, keyId).deriveKey(SEALED_FOR) });
}

/** Of before: whether it is whole and whose it is, is known at its end. */
async function* withoutTail(stored: AsyncIterable<Uint8Array>, seals: readonly BackupSeal[]): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of stored) {
    held = Buffer.concat([held, piece]);
    const ready = held.subarray(0, Math.max(0, held.length - TAIL_BYTES));
    if (ready.length === 0) continue;
    hash.update(ready);
    yield ready;
    held = Buffer.from(held.subarray(ready.length));
  }
  const digest = hash.digest();
  const [said, mac] = [held.subarray(0, HASH_BYTES), held.subarray(HASH_BYTES)];
  if (held.length !== TAIL_BYTES || Buffer.compare(said, digest) !== 0) {
    throw refuseFile(DAMAGED);
  }
  const macs = seals.map((seal) => createHmac("sha256", seal.deriveKey(SIGNED_FOR)).update(digest).digest());
  if (seals.length > 0 && !macs.some((each) => timingSafeEqual(mac, each))) {
    throw refuseFile("it was sealed with another MASTER_KEY than the one that is set, or changed afterwards");
  }
}
