import { createReadStream } from "node:fs";
import { link, lstat, mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { AppError } from "#lib/base/app-error.ts";
import { refuseFile } from "./sealed-stream.ts";

/** A place where backups are kept. Names are relative, with `/` between folders. */
export interface BackupStore {
  /** For people, without anything secret. */
  readonly place: string;
  /** What lies directly in this folder (empty: at the top). Unfinished objects are not among it. */
  list(folder: string): Promise<StoredObject[]>;
  /** Names of the folders in this one. */
  folders(folder: string): Promise<string[]>;
  /**
   * Appears under its name only when it is whole. @returns its size
   * @throws AppError `conflict` where the name is taken and may not be replaced
   */
  put(name: string, content: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<number>;
  get(name: string): AsyncIterable<Uint8Array>;
  remove(name: string): Promise<void>;
  /** null: the place does not say. */
  freeBytes(): Promise<number | null>;
  close(): Promise<void>;
}

export interface PutOptions {
  readonly overwrite?: boolean;
}

export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
  readonly at: Date;
}

const PARTIAL = ".partial";

export const alreadyThere = (file: string): AppError =>
  new AppError("conflict", `${file} is there already: choose another name, or replace it with --overwrite`);

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );

/** Readable by the owner alone. */
export function folderStore(folder: string): BackupStore {
  const fileOf = (name: string) => path.join(folder, name);
  return {
    place: folder,
    async list(within) {
      const found = await entries(fileOf(within));
      const files = found.filter((entry) => entry.isFile() && !entry.name.endsWith(PARTIAL));
      const objects = files.map(async ({ name: file }) => {
        const name = within === "" ? file : `${within}/${file}`;
        // It may have been removed in the meantime.
        const known = await stat(fileOf(name)).catch(() => null);
        return known === null ? [] : [{ name, bytes: known.size, at: known.mtime }];
      });
      return (await Promise.all(objects)).flat();
    },
    folders: async (within) =>
      (await entries(fileOf(within))).filter((entry) => entry.isDirectory()).map(({ name }) => name),
    async put(name, content, { overwrite = false } = {}) {
      await mkdir(path.dirname(fileOf(name)), { recursive: true, mode: 0o700 });
      return writeWhole(fileOf(name), content, overwrite);
    },
    async *get(name) {
      const stream = createReadStream(fileOf(name));
      try {
        for await (const piece of stream) yield piece as Buffer;
      } catch (cause) {
        throw refuseFile(`${fileOf(name)} cannot be read`, cause);
      }
    },
    remove: (name) => rm(fileOf(name), { force: true }),
    async freeBytes() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async close() {},
  };
}

const entries = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return [];
    throw cause;
  });

async function writeWhole(file: string, content: AsyncIterable<Uint8Array>, overwrite: boolean): Promise<number> {
  if (!overwrite && (await isThere(file))) throw alreadyThere(file);
  const partial = `${file}${PARTIAL}`;
  await rm(partial, { force: true });
  const handle = await open(partial, "wx", 0o600);
  try {
    for await (const piece of content) await handle.writeFile(piece);
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
