import { createHash } from "node:crypto";
import path from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Clock } from "#lib/base/clock.ts";
import { type Dump, type DumpTable, restoreDump, withDump } from "#lib/storage/operations/dump.ts";
import { type Ended, endAccessAgain, type RestoredAccess } from "#lib/storage/operations/ended-access.ts";
import {
  type BackupSeal,
  contentFrames,
  END_OF_CONTENT,
  hexOf,
  jsonFrame,
  readFrames,
  sealFrames,
  sealOf,
} from "./backup-file.ts";
import { refuseFile } from "./backups/sealed-stream.ts";
import { type BackupStore, folderStore } from "./backups/store.ts";

export { type BackupSeal, hexOf } from "./backup-file.ts";

// The database alone: the master key that its secrets are sealed with is kept apart, since both together reveal everything.

export interface BackupSummary {
  readonly createdAt: string;
  /** Whether real money is in it; null in files of before that was said. */
  readonly mode: "real" | "sandbox" | "unconfigured" | null;
  readonly migrations: readonly string[];
  readonly tables: Readonly<Record<string, number>>;
  readonly rows: number;
}

const keyIdForm = z.string().regex(/^[0-9a-f]{32}$/);
const headSchema = z.object({
  format: z.literal("lingfu-backup"),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  keyId: keyIdForm,
  /** Made while the master key was being replaced: some values lie under this one still. */
  previousKeyId: keyIdForm.nullish(),
  mode: z.enum(["real", "sandbox", "unconfigured"]).nullish(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
});
type BackupHead = z.infer<typeof headSchema>;
const contentSchema = z.object({ name: z.string(), rows: z.int().min(0), sha256: z.string() });
const tailSchema = z.object({ tables: z.array(contentSchema) });
type Content = z.infer<typeof contentSchema>;

/** A file of this machine, or an object in a store. */
export interface BackupPlace {
  readonly file: string;
  readonly store?: BackupStore;
}

const placed = ({ file, store }: BackupPlace): { readonly name: string; readonly store: BackupStore } =>
  store === undefined ? { name: path.basename(file), store: folderStore(path.dirname(file)) } : { name: file, store };

export interface BackupOptions extends BackupPlace {
  readonly url: string;
  /** A file of this name may be replaced. */
  readonly overwrite?: boolean;
  readonly seal: BackupSeal;
  /** Of the shop, as it is now. */
  readonly mode?: BackupSummary["mode"];
  /** See the head. */
  readonly previousKeyId?: Uint8Array | null;
  readonly onTable?: OnTable;
}

/** Told before each table: how many are done, of how many. */
type OnTable = (done: number, of: number) => void;

export interface RestoreOptions extends BackupPlace {
  readonly url: string;
  /** Every master key at hand. */
  readonly seals: readonly BackupSeal[];
  /** What was ended after the backup, as far as it is known. */
  readonly ended: readonly Ended[];
  readonly onTable?: OnTable;
}

export interface Restored extends BackupSummary {
  readonly access: RestoredAccess;
}

/** Writes all tables as they are at one moment into one file. The product may run meanwhile. */
export async function writeBackup(
  { url, overwrite = false, seal, mode = null, previousKeyId = null, onTable, ...place }: BackupOptions,
  clock: Clock,
): Promise<BackupSummary & { readonly bytes: number }> {
  return withDump(url, async (dump) => {
    const head: BackupHead = {
      format: "lingfu-backup",
      version: 1,
      createdAt: clock.now().toISOString(),
      keyId: hexOf(seal.keyId),
      previousKeyId: previousKeyId && hexOf(previousKeyId),
      mode,
      migrations: dump.migrations.map((each) => ({ ...each })),
      tables: dump.tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
    };
    const contents: Content[] = [];
    const { name, store } = placed(place);
    const sealed = sealFrames(framesOf(dump, { head, contents, onTable }), { kind: "dump", seal });
    const bytes = await store.put(name, sealed, { overwrite });
    return { ...summaryOf(head, contents), bytes };
  });
}

interface BackupWork {
  readonly head: BackupHead;
  /** What was written, as it is written. */
  readonly contents: Content[];
  readonly onTable: OnTable | undefined;
}

async function* framesOf(dump: Dump, { head, contents, onTable }: BackupWork): AsyncGenerator<Buffer> {
  yield jsonFrame(head);
  for (const table of dump.tables) {
    onTable?.(contents.length, dump.tables.length);
    const tally = createTally();
    yield* contentFrames(tally.through(dump.read(table)));
    yield END_OF_CONTENT;
    contents.push({ name: table.name, ...tally.result() });
  }
  yield jsonFrame({ tables: contents });
}

const LINE_END = 0x0a;

/** Counts and hashes what passes. COPY ends every row with a line end, and has none inside of a row. */
function createTally() {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    async *through(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        hash.update(piece);
        for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) rows++;
        yield piece;
      }
    },
    result: () => ({ rows, sha256: hash.digest("hex") }),
  };
}

const summaryOf = ({ createdAt, migrations, mode }: BackupHead, contents: readonly Content[]): BackupSummary => ({
  createdAt,
  mode: mode ?? null,
  migrations: migrations.map(({ name }) => name),
  tables: Object.fromEntries(contents.map(({ name, rows }) => [name, rows])),
  rows: contents.reduce((sum, { rows }) => sum + rows, 0),
});

/**
 * Reads the whole file and believes nothing of it that does not hold.
 * @param seals the master keys at hand; a file is opened with the one that sealed it
 * @throws AppError `invalid_request` when it is damaged or belongs to another master key
 */
export async function verifyBackup(place: string | BackupPlace, seals: readonly BackupSeal[]): Promise<BackupSummary> {
  return (await verified(typeof place === "string" ? { file: place } : place, seals)).summary;
}

async function verified(place: BackupPlace, seals: readonly BackupSeal[]): Promise<Walked> {
  const walked = await walk({ ...place, seals }, async (_, pieces) => {
    for await (const piece of pieces) if (piece.length === 0) break;
  });
  const { head } = walked;
  sealOf(seals, head.keyId);
  const { previousKeyId } = head;
  if (previousKeyId && !seals.some((each) => hexOf(each.keyId) === previousKeyId)) {
    throw refuseFile("it was made while the master key was being replaced: MASTER_KEY_PREVIOUS is needed as well");
  }
  return walked;
}

/**
 * Fills an empty database, and ends in it what a backup would bring back to life: all sessions, and what the list says.
 * Nothing is touched before the file is verified. @throws AppError as verifyBackup and restoreDump do
 */
export async function restoreBackup(
  { url, seals, ended, onTable, ...place }: RestoreOptions,
  clock: Clock,
): Promise<Restored> {
  const { head, summary } = await verified(place, seals);
  let access: RestoredAccess | null = null;
  await restoreDump(url, head.migrations, {
    async load(fill) {
      let done = 0;
      await walk({ ...place, seals }, (table, pieces) => {
        onTable?.(done++, head.tables.length);
        return fill(table, Readable.from(pieces, { objectMode: false }));
      });
    },
    async finish(client) {
      access = await endAccessAgain(client, { backupAt: head.createdAt, ended, now: clock.now() });
    },
  });
  if (access === null) throw new Error("a restore ended without its last step");
  return { ...summary, access };
}

interface Walked {
  readonly head: BackupHead;
  readonly summary: BackupSummary;
}

/** Goes through the file once; each table's content has to be what the end of the file says it was. */
async function walk(
  { seals, ...place }: BackupPlace & { readonly seals: readonly BackupSeal[] },
  visit: (table: DumpTable, pieces: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Walked> {
  const { name, store } = placed(place);
  const frames = readFrames(store.get(name), { kind: "dump", seals });
  try {
    const head = parse(await nextOf(frames), headSchema);
    const found: Content[] = [];
    for (const table of head.tables) {
      const tally = createTally();
      await visit(table, tally.through(untilEnd(frames)));
      found.push({ name: table.name, ...tally.result() });
    }
    const { tables } = parse(await nextOf(frames), tailSchema);
    if (JSON.stringify(tables) !== JSON.stringify(found)) throw refuseFile("its tables are not what was written");
    if (!(await frames.next()).done) throw refuseFile("there is more in it than it says");
    return { head, summary: summaryOf(head, found) };
  } finally {
    await frames.return(undefined);
  }
}

async function* untilEnd(frames: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (let bytes = await nextOf(frames); bytes.length > 0; bytes = await nextOf(frames)) yield bytes;
}

async function nextOf(frames: AsyncGenerator<Buffer>): Promise<Buffer> {
  const { done, value } = await frames.next();
  if (done) throw refuseFile("it ends too soon");
  return value;
}

function parse<Output>(bytes: Buffer, schema: z.ZodType<Output>): Output {
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw refuseFile("it is of a form that this program does not know", cause);
  }
}
