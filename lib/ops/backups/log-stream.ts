import { open } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Clock } from "#lib/base/clock.ts";
import { LOG_PIECE_BYTES_MAX } from "#lib/base/limits.ts";
import { type LogPosition, type LogReader, segmentName, withLog } from "#lib/storage/operations/write-ahead-log.ts";
import { type BackupSeal, contentFrames, END_OF_CONTENT, jsonFrame, readFrames, sealFrames } from "../backup-file.ts";
import { nextOf, parse } from "./base-file.ts";
import { refuseFile } from "./sealed-stream.ts";
import type { BackupStore } from "./store.ts";

// The log of the embedded database server, in sealed pieces, as it grows: what has happened since a base was made. Pieces overlap after a crash and are
// then simply written twice; a gap ends what can be restored.

const FOLDER = "log";
const NAME = /^log\/[0-9a-f]{16}\/\d{8}\/([0-9a-f]{16})-([0-9a-f]{16})-(\d{13})\.log$/;
const headSchema = z.object({
  format: z.literal("lingfu-log"),
  version: z.literal(1),
  stream: z.string(),
  timeline: z.int().min(1),
  segmentBytes: z.int().min(1),
  from: z.string().regex(/^[0-9a-f]{16}$/),
  to: z.string().regex(/^[0-9a-f]{16}$/),
});

export interface LogPiece {
  readonly name: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly bytes: number;
  /** The log was read then: all that was committed before is in this piece or an earlier one. */
  readonly at: Date;
}

const hex = (lsn: bigint): string => lsn.toString(16).padStart(16, "0");

export interface LogShipping {
  readonly superuserUrl: string;
  readonly store: BackupStore;
  readonly seal: () => Promise<BackupSeal>;
  readonly clock: Clock;
}

/**
 * One turn: everything that is on disk by now. `off`: there is no stream; `busy`: another process is at it; `lost`: the server no longer has
 * what comes next, so that a new base is needed.
 */
export async function shipLog(deps: LogShipping): Promise<"off" | "busy" | "lost" | { readonly bytes: number }> {
  const turn = await withLog(deps.superuserUrl, async (log) => {
    const at = deps.clock.now();
    const found = await log.position();
    if (found === null) return "off" as const;
    if (found === "lost") return "lost" as const;
    let bytes = 0;
    for (let from = found.from; from < found.to; ) {
      const end = from + BigInt(LOG_PIECE_BYTES_MAX);
      const to = end < found.to ? end : found.to;
      bytes += await shipPiece(deps, { log, position: { ...found, to }, from, at });
      await log.advance(found.stream, to);
      from = to;
    }
    return { bytes };
  });
  return turn ?? "busy";
}

interface Piece {
  readonly log: LogReader;
  readonly position: LogPosition;
  readonly from: bigint;
  readonly at: Date;
}

async function shipPiece({ store, seal }: LogShipping, { log, position, from, at }: Piece): Promise<number> {
  const { stream, to, timeline, segmentBytes } = position;
  async function* content(): AsyncGenerator<Buffer> {
    for (let next = from; next < to; ) {
      const bytes = await log.read(position, next);
      next += BigInt(bytes.length);
      yield bytes;
    }
  }
  async function* frames(): AsyncGenerator<Buffer> {
    const about = { stream, timeline, segmentBytes, from: hex(from), to: hex(to) };
    yield jsonFrame({ format: "lingfu-log", version: 1, ...about } satisfies z.infer<typeof headSchema>);
    yield* contentFrames(content());
    yield END_OF_CONTENT;
  }
  const day = at.toISOString().slice(0, 10).replaceAll("-", "");
  const name = `${FOLDER}/${stream}/${day}/${hex(from)}-${hex(to)}-${at.getTime()}.log`;
  return store.put(name, sealFrames(frames(), { kind: "log", seal: await seal() }), { overwrite: true });
}

/** All pieces of a stream, in order. */
export async function listLog(store: BackupStore, stream: string): Promise<LogPiece[]> {
  const folder = `${FOLDER}/${stream}`;
  const pieces: LogPiece[] = [];
  for (const day of (await store.folders(folder)).toSorted()) {
    for (const { name, bytes } of await store.list(`${folder}/${day}`)) {
      const [, from, to, readAt] = NAME.exec(name) ?? [];
      if (from === undefined || to === undefined) continue;
      pieces.push({ name, bytes, from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), at: new Date(Number(readAt)) });
    }
  }
  return pieces.toSorted((one, other) =>
    one.from === other.from ? order(one.to, other.to) : order(one.from, other.from),
  );
}

const order = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

interface Coverage {
  /** What follows the base without a gap. */
  readonly pieces: readonly LogPiece[];
  /** Up to here; null: nothing follows. */
  readonly last: LogPiece | null;
  /** There are later pieces, and something is missing before them. */
  readonly hasGap: boolean;
}

/** @param until what is later is not needed; one piece more is taken, so that the moment lies within */
export function coverage(pieces: readonly LogPiece[], start: bigint, until: Date | null): Coverage {
  const taken: LogPiece[] = [];
  let covered = start;
  for (const piece of pieces) {
    if (piece.to <= covered) continue;
    if (piece.from > covered) return { pieces: taken, last: taken.at(-1) ?? null, hasGap: true };
    taken.push(piece);
    covered = piece.to;
    if (until !== null && piece.at > until) break;
  }
  return { pieces: taken, last: taken.at(-1) ?? null, hasGap: false };
}

interface Unpacking {
  readonly store: BackupStore;
  readonly seals: readonly BackupSeal[];
  readonly stream: string;
  readonly timeline: number;
  /** `pg_wal` of the server that is restored. */
  readonly folder: string;
}

/** Writes the pieces where the server looks for its log. @throws AppError `invalid_request` when one is damaged */
export async function unpackLog(pieces: readonly LogPiece[], unpacking: Unpacking): Promise<void> {
  for (const piece of pieces) await unpackPiece(piece, unpacking);
}

const unpackPiece = (piece: LogPiece, { folder, ...reading }: Unpacking): Promise<void> =>
  readPiece(piece, reading, (bytes, place) => writeAt(folder, bytes, place));

async function readPiece(
  piece: LogPiece,
  { store, seals, stream, timeline }: Omit<Unpacking, "folder">,
  visit: (bytes: Buffer, place: LogPlace) => Promise<void>,
): Promise<void> {
  const frames = readFrames(store.get(piece.name), { kind: "log", seals });
  try {
    const head = parse(await nextOf(frames), headSchema);
    const isAsNamed = head.from === hex(piece.from) && head.to === hex(piece.to) && head.stream === stream;
    if (!isAsNamed || head.timeline !== timeline) throw refuseFile(`${piece.name} is another piece of the log`);
    let at = piece.from;
    for (let bytes = await nextOf(frames); bytes.length > 0; bytes = await nextOf(frames)) {
      await visit(bytes, { ...head, lsn: at });
      at += BigInt(bytes.length);
    }
    if (at !== piece.to || !(await frames.next()).done) throw refuseFile(`${piece.name} is not what was written`);
  } finally {
    await frames.return(undefined);
  }
}

/** Reads all of them. @throws AppError `invalid_request` when one is damaged, or is another one than its name says */
export async function verifyLog(pieces: readonly LogPiece[], reading: Omit<Unpacking, "folder">): Promise<void> {
  for (const piece of pieces) await readPiece(piece, reading, async () => {});
}

interface LogPlace {
  readonly lsn: bigint;
  readonly timeline: number;
  readonly segmentBytes: number;
}

async function writeAt(folder: string, bytes: Buffer, { lsn, timeline, segmentBytes }: LogPlace): Promise<void> {
  const offset = Number(lsn % BigInt(segmentBytes));
  const fitting = Math.min(bytes.length, segmentBytes - offset);
  const file = path.join(folder, segmentName(lsn, { timeline, segmentBytes }));
  const handle = await open(file, "r+").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return open(file, "wx+", 0o600);
    throw cause;
  });
  try {
    // A segment that is shorter is none to the server.
    await handle.truncate(segmentBytes);
    await handle.write(bytes, 0, fitting, offset);
  } finally {
    await handle.close();
  }
  if (fitting === bytes.length) return;
  await writeAt(folder, bytes.subarray(fitting), { lsn: lsn + BigInt(fitting), timeline, segmentBytes });
}

/** Removes what was read before this moment, of any stream. @returns how many */
export async function removeLogBefore(store: BackupStore, moment: Date): Promise<number> {
  const lastDay = moment.toISOString().slice(0, 10).replaceAll("-", "");
  let removed = 0;
  for (const stream of await store.folders(FOLDER)) {
    for (const day of (await store.folders(`${FOLDER}/${stream}`)).filter((each) => each <= lastDay)) {
      for (const { name } of await store.list(`${FOLDER}/${stream}/${day}`)) {
        const readAt = Number(NAME.exec(name)?.[3] ?? Number.POSITIVE_INFINITY);
        if (readAt >= moment.getTime()) continue;
        await store.remove(name);
        removed++;
      }
    }
  }
  return removed;
}
