import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Container } from "#lib/http/container.ts";
import { acceptedEncoding, type Encoding } from "./compression.ts";
import { pageRuleOf, UNKNOWN_PAGE } from "./page-rules.ts";

/** What was built from app/pay/lane. */
interface BuiltLane {
  openLane(
    container: Container,
    files: unknown,
  ): (call: {
    readonly pathname: string;
    readonly search: Readonly<Record<string, string | readonly string[]>>;
    readonly headers: Pick<Headers, "get">;
  }) => Promise<
    | { readonly status: 307; readonly location: string }
    | { readonly status: 200 | 404 | 500 | 503; readonly html: string }
  >;
}

/** Draws the pages of shoppers in this process, without Next: the same components, and a tenth of the bytes (decision 0106). */
export interface PageLane {
  /** Whether it draws what was asked for; anything else is Next's. */
  takes(incoming: IncomingMessage, pathname: string): boolean;
  /** The security headers stand on both already. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, target: string): Promise<void>;
}

/** A page that cannot be read just now asks to be opened again after so long. */
export const RETRY_AFTER_S = 5;
const ITS_PAGES = /^\/(?:pay|c)\/[^/]+$/;
const BELOW_THEM = /^\/(?:pay|c)(?:\/|$)/;
/** Older words for it, which Next adds, say nothing more (RFC 9111 §5.2.2.5), nor does `Vary` where nothing is kept. */
const NEVER_KEPT = "private, no-store";
/**
 * Of a page, which is 12 KB: gzip takes 90 µs for 4.6 KB, Brotli 270 µs for 4.1 KB. So a shopper who comes alone gets Brotli, and gzip goes
 * first while other pages are under way. To hand it to another thread takes as long as gzip itself.
 */
const compress: Readonly<Record<Encoding, (plain: Buffer) => Buffer>> = {
  gzip: (plain) => gzipSync(plain, { level: 6 }),
  br: (plain) =>
    brotliCompressSync(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        // A page is shorter than this window, and a larger one takes time to make ready.
        [constants.BROTLI_PARAM_LGWIN]: 14,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
      },
    }),
};

/** @param folder what `buildLane` has filled */
export async function loadPageLane(folder: string, container: Container): Promise<PageLane> {
  const files: unknown = JSON.parse(await readFile(path.join(folder, "files.json"), "utf8"));
  const built = (await import(pathToFileURL(path.join(folder, "server.mjs")).href)) as BuiltLane;
  const draw = built.openLane(container, files);
  let underWay = 0;
  return {
    // A script of Next's that goes on from one page to another asks for data of its own kind.
    takes: ({ method, headers }, pathname) =>
      (method === "GET" || method === "HEAD") &&
      headers.rsc === undefined &&
      (ITS_PAGES.test(pathname) || (BELOW_THEM.test(pathname) && pageRuleOf(pathname) === UNKNOWN_PAGE)),
    async answer(incoming, outgoing, target) {
      const { pathname, searchParams } = new URL(target, "http://own");
      underWay++;
      try {
        const answer = await draw({ pathname, search: searchOf(searchParams), headers: headersOf(incoming) });
        outgoing.setHeader("cache-control", NEVER_KEPT);
        if (answer.status === 307) return void outgoing.writeHead(307, { location: answer.location }).end();
        const ours = underWay > 1 ? "gzip" : "br";
        send(outgoing, answer, {
          encoding: acceptedEncoding(incoming.headers["accept-encoding"], ours),
          hasBody: incoming.method !== "HEAD",
        });
      } finally {
        underWay--;
      }
    },
  };
}

function send(
  outgoing: ServerResponse,
  { status, html }: { status: number; html: string },
  { encoding, hasBody }: { encoding: Encoding | null; hasBody: boolean },
): void {
  const plain = Buffer.from(html);
  const bytes = encoding === null ? plain : compress[encoding](plain);
  outgoing.writeHead(status, {
    ...(status === 503 ? { "retry-after": String(RETRY_AFTER_S) } : {}),
    "content-type": "text/html; charset=utf-8",
    "content-length": bytes.length,
    ...(encoding === null ? {} : { "content-encoding": encoding }),
  });
  outgoing.end(hasBody ? bytes : undefined);
}

function searchOf(params: URLSearchParams): Record<string, string | readonly string[]> {
  const search: Record<string, string | readonly string[]> = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    search[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return search;
}

const headersOf = ({ headers }: IncomingMessage): Pick<Headers, "get"> => ({
  get(name) {
    const value = headers[name.toLowerCase()];
    return (Array.isArray(value) ? value.join(", ") : value) ?? null;
  },
});
