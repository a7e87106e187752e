import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "#lib/base/app-error.ts";
import type { Call } from "./call.ts";

/** Set by our own server when a page was requested by HEAD, which a page cannot see itself. */
export const HEAD_REQUEST_HEADER = "x-lingfu-look";

const PURPOSES = ["sec-purpose", "purpose", "x-purpose", "x-moz"] as const;

/** Whether a browser fetches the page in advance, which it says in one of these headers. */
export const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  PURPOSES.some((name) => /\b(?:prefetch|prerender|preview)\b/i.test(String(headers[name] ?? "")));

/** Whether the page is only prefetched, previewed or requested by HEAD: then no trade is opened for it. */
export const isPrefetchOrHead = (headers: { get(name: string): string | null }): boolean =>
  headers.get(HEAD_REQUEST_HEADER) !== null ||
  isPrefetch(Object.fromEntries(PURPOSES.map((name) => [name, headers.get(name) ?? undefined])));

/**
 * Refuses calls that another site's page makes in a shopper's browser. Every browser names the calling site in one of three
 * headers, which a page cannot set.
 * @throws AppError `forbidden`
 */
export function requireSameSite({ headers, container }: Pick<Call, "headers" | "container">): void {
  const site = headers.get("sec-fetch-site");
  if (site !== null) {
    if (site === "same-origin") return;
  } else if (isOurs(headers.get("origin") ?? headers.get("referer"), [headers.get("host"), container])) return;
  throw new AppError("forbidden", "this call is only for our own pages");
}

/** Compared by host, because the scheme is not visible behind a proxy. */
function isOurs(origin: string | null, [host, { settings }]: [string | null, Call["container"]]): boolean {
  if (origin === null || !URL.canParse(origin)) return false;
  const caller = new URL(origin).host;
  return caller === host || caller === new URL(settings.publicUrl).host;
}
