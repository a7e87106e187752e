import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";

// Streams sealed piece by piece, in the manner of Tink's AES256_GCM_HKDF_1MB (the STREAM construction of Hoang, Reyhanitabar, Rogaway
// and Vizár): the nonce of a segment holds its number and whether it is the last, so that a stream which was cut, extended, reordered or
// joined from two does not open. One segment is in memory at a time.
//
//   one line of text | 40 | salt 32 | nonce prefix 7 | segments: ciphertext, tag 16
//
// The line says what is sealed and under which key; it is part of the key's derivation.

const SEGMENT_BYTES = 1_048_576;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const PREFIX_BYTES = 7;
const HEAD_BYTES = 1 + SALT_BYTES + PREFIX_BYTES;
const LINE_BYTES_MAX = 80;
const LINE_END = 0x0a;
const CIPHER = "aes-256-gcm";
/** So many segments have numbers of their own. */
const SEGMENTS_MAX = 2 ** 32;

/** What a sealed stream holds: every table as rows, the files of a database server, or a piece of its log. */
export type SealedKind = "dump" | "base" | "log";

interface SealedLine {
  readonly kind: SealedKind;
  /** 32 hex digits. */
  readonly keyId: string;
}

const lineOf = ({ kind, keyId }: SealedLine): Buffer => Buffer.from(`lingfu-sealed 1 ${kind} ${keyId}\n`, "utf8");

export const refuseFile = (why: string, cause?: unknown): AppError =>
  new AppError("invalid_request", `this backup cannot be used: ${why}`, { cause });

export const DAMAGED = "it is cut short, was changed, or is no backup";

export async function* sealStream(
  plain: AsyncIterable<Uint8Array>,
  { key, ...about }: SealedLine & { readonly key: Uint8Array },
): AsyncGenerator<Buffer> {
  const line = lineOf(about);
  const salt = randomBytes(SALT_BYTES);
  const prefix = randomBytes(PREFIX_BYTES);
  const segment = segmentCipher({ key, salt, line, prefix });
  yield Buffer.concat([line, Buffer.of(HEAD_BYTES), salt, prefix]);
  let number = 0;
  let room = SEGMENT_BYTES - HEAD_BYTES - TAG_BYTES;
  for await (const { bytes, isLast } of cut(plain, () => room)) {
    const cipher = createCipheriv(CIPHER, segment.key, segment.nonce(number++, isLast));
    yield cipher.update(bytes);
    yield Buffer.concat([cipher.final(), cipher.getAuthTag()]);
    room = SEGMENT_BYTES - TAG_BYTES;
  }
}

/**
 * @param keyOf the key of this id; throws where there is none
 * @throws AppError `invalid_request` when anything in it is not as it was sealed
 */
export async function* openStream(
  sealed: AsyncIterable<Uint8Array>,
  { kind, keyOf }: { readonly kind: SealedKind; readonly keyOf: (keyId: string) => Uint8Array },
): AsyncGenerator<Buffer> {
  const pieces = sealed[Symbol.asyncIterator]();
  try {
    const { about, head, rest } = await readHead(pieces);
    if (about.kind !== kind) throw refuseFile(`it holds a ${about.kind}, not a ${kind}`);
    const salt = head.subarray(1, 1 + SALT_BYTES);
    const prefix = head.subarray(1 + SALT_BYTES);
    const segment = segmentCipher({ key: keyOf(about.keyId), salt, line: lineOf(about), prefix });
    let number = 0;
    let size = SEGMENT_BYTES - HEAD_BYTES;
    for await (const { bytes, isLast } of cut(joined(rest, pieces), () => size)) {
      if (bytes.length < TAG_BYTES) throw refuseFile(DAMAGED);
      const nonce = segment.nonce(number++, isLast);
      const decipher = createDecipheriv(CIPHER, segment.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
      const opened = decipher.update(bytes.subarray(0, bytes.length - TAG_BYTES));
      try {
        decipher.final();
      } catch (cause) {
        throw refuseFile(DAMAGED, cause);
      }
      yield opened;
      size = SEGMENT_BYTES;
    }
  } finally {
    await pieces.return?.();
  }
}

/** What a sealed stream says of itself before it is opened; null: it is none. */
export function readSealedLine(start: Uint8Array): SealedLine | null {
  const text = Buffer.from(start.subarray(0, LINE_BYTES_MAX)).toString("latin1");
  const [, kind, keyId] = /^lingfu-sealed 1 (dump|base|log) ([0-9a-f]{32})\n/.exec(text) ?? [];
  return kind === undefined || keyId === undefined ? null : { kind: kind as SealedKind, keyId };
}

interface SegmentKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  readonly line: Uint8Array;
  readonly prefix: Uint8Array;
}

function segmentCipher({ key, salt, line, prefix }: SegmentKey) {
  return {
    key: Buffer.from(hkdfSync("sha256", key, salt, line, 32)),
    nonce(number: number, isLast: boolean): Buffer {
      if (number >= SEGMENTS_MAX) throw refuseFile("it is too large");
      const nonce = Buffer.alloc(PREFIX_BYTES + 5);
      nonce.set(prefix);
      nonce.writeUInt32BE(number, PREFIX_BYTES);
      nonce[PREFIX_BYTES + 4] = isLast ? 1 : 0;
      return nonce;
    },
  };
}

async function readHead(pieces: AsyncIterator<Uint8Array>) {
  let held = Buffer.alloc(0);
  for (;;) {
    const end = held.indexOf(LINE_END);
    if (end !== -1 && held.length >= end + 1 + HEAD_BYTES) {
      const about = readSealedLine(held);
      const head = held.subarray(end + 1, end + 1 + HEAD_BYTES);
      if (about === null || head[0] !== HEAD_BYTES) throw refuseFile(DAMAGED);
      return { about, head, rest: held.subarray(end + 1 + HEAD_BYTES) };
    }
    const { done, value } = await pieces.next();
    if (done || (end === -1 && held.length > LINE_BYTES_MAX)) throw refuseFile(DAMAGED);
    held = Buffer.concat([held, value]);
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Pieces of exactly `size()` bytes, and a last one of what is left, which may be empty. */
async function* cut(
  source: AsyncIterable<Uint8Array>,
  size: () => number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    held.push(piece);
    length += piece.length;
    while (length > size()) {
      const all = Buffer.concat(held);
      const at = size();
      yield { bytes: all.subarray(0, at), isLast: false };
      held = [all.subarray(at)];
      length = all.length - at;
    }
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
