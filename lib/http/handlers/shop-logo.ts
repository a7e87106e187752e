import { AppError } from "#lib/base/app-error.ts";
import { readLogo } from "#lib/storage/configuration/shop-looks.ts";
import type { Answer, Call } from "../call.ts";

/** Its name is the digest of its content, so it never changes; and nothing in it may run, should a browser open it by itself. */
const HEADERS = {
  "content-type": "image/png",
  "cache-control": "public, max-age=31536000, immutable",
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
};

const NAME = /^([0-9a-f]{32})\.png$/;
/** The one in force and its predecessors; each is small (LOGO_BYTES_MAX). */
const KEPT_MAX = 4;
const kept = new Map<string, Uint8Array>();

/** `GET /api/shop-logo/{name}` */
export async function shopLogo({ container, params }: Call): Promise<Answer> {
  const hash = NAME.exec(params.name ?? "")?.[1];
  const bytes = hash === undefined ? null : (kept.get(hash) ?? (await readLogo(container.database.pool, hash)));
  if (hash === undefined || bytes === null) throw new AppError("not_found", "there is no such logo");
  if (!kept.has(hash)) {
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    kept.set(hash, bytes);
  }
  return { status: 200, headers: HEADERS, body: bytes };
}
