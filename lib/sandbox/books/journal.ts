import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** One change: a row put under its key, a row removed (`value: null`), or everything cleared. */
type JournalChange =
  | { readonly table: string; readonly key: string; readonly value: unknown }
  | { readonly clear: true };
export type Tables = Map<string, Map<string, unknown>>;

export interface DiskJournal {
  append(entry: JournalChange): void;
  /** Resolves when everything appended so far is on the disk. No answer or notice may be sent before. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

/** Replays the file into tables, rewrites it without overwritten rows, and keeps it open for appending. */
export async function openJournal(path: string): Promise<{ journal: DiskJournal; tables: Tables }> {
  const tables = replay(await readIfThere(path));
  await compact(path, tables);
  return { journal: appendTo(await open(path, "a", 0o600)), tables };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw cause;
  }
}

function replay(text: string): Tables {
  const tables: Tables = new Map();
  const lines = text.split("\n");
  // Text after the last line end is an incomplete write of a crash. No answer was sent for it, so it is dropped.
  lines.pop();
  for (const line of lines) {
    const entry = JSON.parse(line) as JournalChange;
    if ("clear" in entry) {
      tables.clear();
      continue;
    }
    const table = tables.get(entry.table) ?? new Map<string, unknown>();
    tables.set(entry.table, table);
    if (entry.value === null) table.delete(entry.key);
    else table.set(entry.key, entry.value);
  }
  return tables;
}

async function compact(path: string, tables: Tables): Promise<void> {
  const fresh = await open(`${path}.new`, "w", 0o600);
  for (const [table, rows] of tables) {
    for (const [key, value] of rows) await fresh.write(`${JSON.stringify({ table, key, value })}\n`);
  }
  await fresh.sync();
  await fresh.close();
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  await folder.sync();
  await folder.close();
}

function appendTo(file: FileHandle): DiskJournal {
  let waiting = "";
  let writing: Promise<void> | null = null;
  let queued: Promise<void> | null = null;
  let broken: Error | null = null;

  const write = (): Promise<void> => {
    const batch = waiting;
    waiting = "";
    writing = (async () => {
      try {
        if (broken !== null) throw broken;
        await file.appendFile(batch);
        await file.datasync();
      } catch (cause) {
        // Memory is now ahead of the disk: refuse every answer rather than lose data later.
        broken = new Error("the sandbox's journal cannot be written", { cause });
        throw broken;
      } finally {
        writing = null;
      }
    })();
    return writing;
  };

  const flushed = (): Promise<void> => {
    if (broken !== null) return Promise.reject(broken);
    if (waiting === "") return writing ?? Promise.resolve();
    if (writing === null) return write();
    // All callers during a write share the next one: one sync for many answers.
    queued ??= writing
      .catch(() => undefined)
      .then(() => {
        queued = null;
        return write();
      });
    return queued;
  };

  return {
    append: (entry) => {
      waiting += `${JSON.stringify(entry)}\n`;
    },
    flushed,
    close: async () => {
      await flushed().catch(() => undefined);
      await file.close();
    },
  };
}
