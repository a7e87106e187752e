import { createHash } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { acceptsBrotli } from "./compress-pages.ts";

const compress = promisify(brotliCompress);

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};
const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);
const COMPRESSIBLE_BYTES_MIN = 400;

// Next names its files by their content; what lies in public/ keeps its name when it changes.
const IMMUTABLE = "public, max-age=31536000, immutable";
const FOR_AN_HOUR = "public, max-age=3600";

interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  readonly etag: string;
  readonly bytes: Buffer;
  /** Null where compressing gains nothing. Made once, on the first call. */
  readonly packed: () => Promise<Buffer | null>;
}

export interface StaticFiles {
  /** Whether the path is one of the files; if so it has been answered. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, pathname: string): boolean;
  /** Compresses what is not compressed yet, one after the other. */
  warm(): Promise<void>;
}

/** The build's files and those of public/, held in memory: a few megabytes, and nothing to wait for. */
export async function loadStaticFiles(root: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const add = async (folder: string, prefix: string, cacheControl: string) => {
    for (const name of await filesIn(path.join(root, folder))) {
      const file = path.join(root, folder, name);
      // Compressed copies lie beside the build's files, never in public/, which is the project's own.
      const copy = cacheControl === IMMUTABLE ? `${file}.br` : null;
      files.set(
        `${prefix}/${name.split(path.sep).map(encodeURIComponent).join("/")}`,
        await load(file, cacheControl, copy),
      );
    }
  };
  await add(".next/static", "/_next/static", IMMUTABLE);
  await add("public", "", FOR_AN_HOUR);
  return {
    answer(incoming, outgoing, pathname) {
      if (incoming.method !== "GET" && incoming.method !== "HEAD") return false;
      const file = files.get(pathname);
      if (file === undefined) return false;
      send(file, incoming, outgoing).catch(() => outgoing.destroy());
      return true;
    },
    async warm() {
      for (const file of files.values()) await file.packed();
    },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".br"))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function load(file: string, cacheControl: string, copy: string | null): Promise<StaticFile> {
  const bytes = await readFile(file);
  const extension = path.extname(file);
  const worthIt = COMPRESSIBLE.has(extension) && bytes.length >= COMPRESSIBLE_BYTES_MIN;
  let packing: Promise<Buffer | null> | undefined;
  return {
    type: TYPES[extension] ?? "application/octet-stream",
    cacheControl,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    bytes,
    packed() {
      packing ??= worthIt ? pack(bytes, copy) : Promise.resolve(null);
      return packing;
    },
  };
}

async function pack(bytes: Buffer, copy: string | null): Promise<Buffer | null> {
  const kept = copy === null ? null : await readFile(copy).catch(() => null);
  if (kept !== null) return kept;
  const packed = await compress(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  if (copy !== null) await keep(copy, packed);
  return packed.length < bytes.length ? packed : null;
}

/** For the next start. A folder that cannot be written costs time only. */
async function keep(copy: string, packed: Buffer): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  await writeFile(draft, packed)
    .then(() => rename(draft, copy))
    .catch(() => {});
}

async function send(file: StaticFile, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers = {
    "cache-control": file.cacheControl,
    etag: file.etag,
    vary: "Accept-Encoding",
    "x-content-type-options": "nosniff",
  };
  if (incoming.headers["if-none-match"]?.includes(file.etag)) {
    outgoing.writeHead(304, headers).end();
    return;
  }
  const packed = acceptsBrotli(incoming.headers["accept-encoding"]) ? await file.packed() : null;
  outgoing.writeHead(200, {
    ...headers,
    "content-type": file.type,
    ...(packed === null ? {} : { "content-encoding": "br" }),
    "content-length": (packed ?? file.bytes).length,
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : (packed ?? file.bytes));
}
