import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openStream, sealStream } from "./sealed-stream.ts";

// Goal: what was sealed comes back byte by byte, whatever its size; anything else that somebody makes of it does not open.

const KEY = randomBytes(32);
const KEY_ID = "0123456789abcdef0123456789abcdef";
const MIB = 1_048_576;
const LINE_BYTES = `lingfu-sealed 1 base ${KEY_ID}\n`.length;

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function whole(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}

const seal = (plain: Buffer, size = 100_000) =>
  whole(sealStream(pieces(plain, size), { kind: "base", keyId: KEY_ID, key: KEY }));
const open = (sealed: Buffer, size = 77_777) =>
  whole(openStream(pieces(sealed, size), { kind: "base", keyOf: () => KEY }));

test("every size comes back, whatever the pieces", async () => {
  const first = MIB - 40 - 16;
  for (const size of [0, 1, first - 1, first, first + 1, first + MIB - 16, 3 * MIB + 5]) {
    const plain = randomBytes(size);
    const sealed = await seal(plain);
    for (const pieceBytes of [77_777, 5_000_000]) {
      expect((await open(sealed, pieceBytes)).equals(plain), `${size} bytes`).toBe(true);
    }
  }
});

test("no two seals of the same are alike", async () => {
  const plain = randomBytes(1_000);
  const [one, other] = [await seal(plain), await seal(plain)];
  expect(one.subarray(LINE_BYTES).equals(other.subarray(LINE_BYTES))).toBe(false);
});

test("cut, longer, changed, reordered or joined: refused", async () => {
  const sealed = await seal(randomBytes(3 * MIB));
  const [from, to] = [LINE_BYTES + MIB, LINE_BYTES + 2 * MIB];
  const other = await seal(randomBytes(3 * MIB));
  const wrong = {
    nothing: Buffer.alloc(0),
    cutInTheHead: sealed.subarray(0, LINE_BYTES + 20),
    cutAtASegment: sealed.subarray(0, to),
    cutByOne: sealed.subarray(0, sealed.length - 1),
    longer: Buffer.concat([sealed, Buffer.of(0)]),
    twice: Buffer.concat([sealed, sealed]),
    withoutASegment: Buffer.concat([sealed.subarray(0, from), sealed.subarray(to)]),
    swapped: Buffer.concat([sealed.subarray(0, from), sealed.subarray(to, to + MIB), sealed.subarray(from, to)]),
    segmentOfAnother: Buffer.concat([sealed.subarray(0, from), other.subarray(from, to), sealed.subarray(to)]),
    otherKind: Buffer.from(sealed.toString("latin1").replace(" base ", " dump "), "latin1"),
    otherKeyId: Buffer.from(sealed.toString("latin1").replace("0123", "0124"), "latin1"),
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    await expect(open(bytes), name).rejects.toMatchObject({ code: "invalid_request" });
  }
  for (const at of [0, 30, LINE_BYTES, LINE_BYTES + 5, LINE_BYTES + 35, LINE_BYTES + 41, from, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(open(changed), `byte ${at}`).rejects.toMatchObject({ code: "invalid_request" });
  }
});

test("another key does not open it", async () => {
  const sealed = await seal(randomBytes(100));
  const opened = whole(openStream(pieces(sealed, 50), { kind: "base", keyOf: () => randomBytes(32) }));
  await expect(opened).rejects.toMatchObject({ code: "invalid_request" });
});
