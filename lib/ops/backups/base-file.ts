import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, Parser } from "tar";
import { z } from "zod";
import type { Clock } from "#lib/base/clock.ts";
import { lsnOf, withBaseBackup } from "#lib/storage/operations/base-backup.ts";
import { lsnText } from "#lib/storage/operations/write-ahead-log.ts";
import { type BackupSeal, contentFrames, END_OF_CONTENT, jsonFrame, readFrames, sealFrames } from "../backup-file.ts";
import { refuseFile } from "./sealed-stream.ts";
import type { BackupStore } from "./store.ts";

// The files of the embedded database server as one sealed object: fast to write and to restore, and with the log that follows (log-stream.ts) good to
// within a minute. It needs the same major version of PostgreSQL and the same kind of machine; a dump (backup.ts) needs neither.

/** What a cluster of ours has beside its data: without these nobody gets in. */
export interface ClusterSecrets {
  readonly superuser: string;
  /** null: a cluster of before databases had an owner. */
  readonly owner: string | null;
}

/** The embedded server, as the process that starts it knows it. */
export interface OwnCluster {
  readonly superuserUrl: string;
  readonly secrets: ClusterSecrets;
  /** As in `PG_VERSION`. */
  readonly majorVersion: string;
}

const lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/);
const headSchema = z.object({
  format: z.literal("lingfu-base"),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  previousKeyId: z.string().nullable(),
  mode: z.enum(["real", "sandbox", "unconfigured"]).nullable(),
  /** Of the log that follows. */
  stream: z.string().regex(/^[0-9a-f]{16}$/),
  timeline: z.int().min(1),
  startLsn: lsn,
  postgres: z.string(),
  machine: z.string(),
  secrets: z.object({ superuser: z.string(), owner: z.string().nullable() }),
});
const tailSchema = z.object({ stopLsn: lsn, bytes: z.int().min(0) });
export type BaseHead = z.infer<typeof headSchema>;
export type BaseSummary = Omit<BaseHead, "secrets"> & z.infer<typeof tailSchema>;

const machine = `${process.platform}-${process.arch}`;

export interface BaseBackupOptions {
  readonly cluster: OwnCluster;
  readonly store: BackupStore;
  readonly name: string;
  readonly stream: string;
  readonly seal: BackupSeal;
  readonly mode: BaseHead["mode"];
  readonly previousKeyId: string | null;
}

/** @returns its size in the store */
export const writeBase = (
  { cluster, store, name, stream, seal, mode, previousKeyId }: BaseBackupOptions,
  clock: Clock,
): Promise<number> =>
  withBaseBackup(cluster.superuserUrl, async ({ startLsn, timeline, files, stopLsn }) => {
    const head: BaseHead = {
      format: "lingfu-base",
      version: 1,
      createdAt: clock.now().toISOString(),
      ...{ previousKeyId, mode, stream, timeline, startLsn: lsnText(startLsn) },
      ...{ postgres: cluster.majorVersion, machine, secrets: cluster.secrets },
    };
    async function* frames(): AsyncGenerator<Buffer> {
      yield jsonFrame(head);
      let bytes = 0;
      const counted = async function* () {
        for await (const piece of files) {
          bytes += piece.length;
          yield piece;
        }
      };
      yield* contentFrames(counted());
      yield END_OF_CONTENT;
      yield jsonFrame({ stopLsn: lsnText(stopLsn()), bytes });
    }
    // Level 1: a shop's pages shrink to a fifth already, and the next levels cost several times as long.
    return store.put(name, sealFrames(frames(), { kind: "base", seal, level: 1 }));
  });

export interface BaseAtHand {
  readonly store: BackupStore;
  readonly name: string;
  readonly seals: readonly BackupSeal[];
}

/** Reads all of it: that it is whole, as it was written, and files of a server. @throws AppError `invalid_request` */
export async function verifyBase(base: BaseAtHand): Promise<BaseSummary> {
  let hasControl = false;
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      hasControl ||= entry.path === "global/pg_control";
      entry.resume();
    },
  });
  const { secrets: _, ...summary } = await unpackInto(base, parser as unknown as NodeJS.WritableStream);
  if (!hasControl) throw refuseFile("it holds no database server");
  return summary;
}

/** The server's files into an empty folder. @throws AppError `invalid_request` when it is damaged, or of another server */
export async function unpackBase(
  base: BaseAtHand,
  { folder, postgres }: { readonly folder: string; readonly postgres: string },
): Promise<BaseSummary & { readonly secrets: ClusterSecrets }> {
  const check = (head: BaseHead) => {
    if (head.postgres === postgres && head.machine === machine) return;
    throw refuseFile(
      `it is of PostgreSQL ${head.postgres} on ${head.machine}, and here is ${postgres} on ${machine}: restore it there, or restore a file of \`backup\``,
    );
  };
  const files = extract({ cwd: path.resolve(folder), strict: true, preserveOwner: false, noMtime: true });
  return unpackInto(base, files as unknown as NodeJS.WritableStream, check);
}

async function unpackInto(
  { store, name, seals }: BaseAtHand,
  target: NodeJS.WritableStream,
  check: (head: BaseHead) => void = () => {},
): Promise<BaseSummary & { readonly secrets: ClusterSecrets }> {
  const frames = readFrames(store.get(name), { kind: "base", seals });
  try {
    const head = parse(await nextOf(frames), headSchema);
    check(head);
    let bytes = 0;
    const content = async function* () {
      for (let piece = await nextOf(frames); piece.length > 0; piece = await nextOf(frames)) {
        bytes += piece.length;
        yield piece;
      }
    };
    await pipeline(Readable.from(content(), { objectMode: true }), target);
    const tail = parse(await nextOf(frames), tailSchema);
    if (tail.bytes !== bytes || !(await frames.next()).done) throw refuseFile("its files are not what was written");
    return { ...head, ...tail };
  } finally {
    await frames.return(undefined);
  }
}

/** What it says of itself; only its beginning is read. */
export async function readBaseHead({ store, name, seals }: BaseAtHand): Promise<BaseHead> {
  const frames = readFrames(store.get(name), { kind: "base", seals });
  try {
    return parse(await nextOf(frames), headSchema);
  } finally {
    await frames.return(undefined);
  }
}

export const startOf = ({ startLsn }: Pick<BaseHead, "startLsn">): bigint => lsnOf(startLsn);

export async function nextOf(frames: AsyncGenerator<Buffer>): Promise<Buffer> {
  const { done, value } = await frames.next();
  if (done) throw refuseFile("it ends too soon");
  return value;
}

export function parse<Output>(bytes: Buffer, schema: z.ZodType<Output>): Output {
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw refuseFile("it is of a form that this program does not know", cause);
  }
}
