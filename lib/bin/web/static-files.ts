import { createHash } from "node:crypto";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { acceptedEncoding, type Encoding } from "./compression.ts";

const packers = { br: promisify(brotliCompress), gzip: promisify(gzip) };
/** What a compressed copy's name ends in. */
const SUFFIXES = { br: ".br", gzip: ".gz" } as const satisfies Record<Encoding, string>;

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};
const COMPRESSIBLE = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);
const COMPRESSIBLE_BYTES_MIN = 400;

// Next and the page lane name their files by their content; files in public/ keep their name when they change.
const IMMUTABLE = "public, max-age=31536000, immutable";
const FOR_AN_HOUR = "public, max-age=3600";

interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  /** Of the uncompressed bytes; the entity tags are made from it, one per encoding. */
  readonly digest: string;
  readonly bytes: Buffer;
  /** Null if compressing gains nothing. Made once, on the first call. */
  readonly packed: (encoding: Encoding) => Promise<Buffer | null>;
}

export interface StaticFiles {
  has(pathname: string): boolean;
  /** Whether the path is one of the files; if so it has been answered. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, pathname: string): boolean;
  /** Compresses what is not compressed yet, one file after the other. */
  warm(): Promise<void>;
}

/** The build's files and those of public/, kept in memory: a few megabytes. */
export async function loadStaticFiles(root: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  const add = async (folder: string, prefix: string, cacheControl: string) => {
    for (const name of await filesIn(path.join(root, folder))) {
      const file = path.join(root, folder, name);
      // Compressed copies are stored next to the build's files, never in public/, which belongs to the project.
      const copy = cacheControl === IMMUTABLE ? file : null;
      files.set(
        `${prefix}/${name.split(path.sep).map(encodeURIComponent).join("/")}`,
        await load(file, cacheControl, copy),
      );
    }
  };
  await add(".next/static", "/_next/static", IMMUTABLE);
  await add(".lane/static", "/_lane", IMMUTABLE);
  await add("public", "", FOR_AN_HOUR);
  return {
    has: (pathname) => files.has(pathname),
    answer(incoming, outgoing, pathname) {
      if (incoming.method !== "GET" && incoming.method !== "HEAD") return false;
      const file = files.get(pathname);
      if (file === undefined) return false;
      send(file, incoming, outgoing).catch(() => outgoing.destroy());
      return true;
    },
    async warm() {
      for (const file of files.values()) for (const encoding of ["br", "gzip"] as const) await file.packed(encoding);
    },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && !/\.(?:br|gz)(?:\.\d+)?$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function load(file: string, cacheControl: string, copy: string | null): Promise<StaticFile> {
  const bytes = await readFile(file);
  const extension = path.extname(file);
  const worthIt = COMPRESSIBLE.has(extension) && bytes.length >= COMPRESSIBLE_BYTES_MIN;
  const packing: Partial<Record<Encoding, Promise<Buffer | null>>> = {};
  return {
    type: TYPES[extension] ?? "application/octet-stream",
    cacheControl,
    digest: createHash("sha256").update(bytes).digest("base64url").slice(0, 12),
    bytes,
    packed(encoding) {
      if (!worthIt) return Promise.resolve(null);
      packing[encoding] ??= pack(bytes, encoding, copy === null ? null : copy + SUFFIXES[encoding]);
      return packing[encoding];
    },
  };
}

async function pack(bytes: Buffer, encoding: Encoding, copy: string | null): Promise<Buffer | null> {
  const kept = copy === null ? null : await readFile(copy).catch(() => null);
  if (kept !== null) return kept;
  const packed =
    encoding === "br"
      ? await packers.br(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          },
        })
      : await packers.gzip(bytes, { level: constants.Z_BEST_COMPRESSION });
  if (copy !== null) await keep(copy, packed);
  return packed.length < bytes.length ? packed : null;
}

/** For the next start. If the folder cannot be written, the next start only takes longer. */
async function keep(copy: string, packed: Buffer): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  await writeFile(draft, packed)
    .then(() => rename(draft, copy))
    .catch(() => {});
}

async function send(file: StaticFile, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const encoding = acceptedEncoding(incoming.headers["accept-encoding"]);
  const packed = encoding === null ? null : await file.packed(encoding);
  const etag = packed === null ? `"${file.digest}"` : `"${file.digest}-${encoding}"`;
  const headers = {
    "cache-control": file.cacheControl,
    etag,
    vary: "Accept-Encoding",
    "x-content-type-options": "nosniff",
  };
  if (incoming.headers["if-none-match"]?.includes(etag)) {
    outgoing.writeHead(304, headers).end();
    return;
  }
  outgoing.writeHead(200, {
    ...headers,
    "content-type": file.type,
    ...(packed === null ? {} : { "content-encoding": encoding ?? "" }),
    "content-length": (packed ?? file.bytes).length,
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : (packed ?? file.bytes));
}
