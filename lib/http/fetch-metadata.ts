import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "#lib/base/app-error.ts";
import type { Call } from "./call.ts";

/** Our own server's note to a page: it was asked for by HEAD. */
export const HEAD_REQUEST_HEADER = "x-lingfu-look";

const PURPOSES = ["sec-purpose", "purpose", "x-purpose", "x-moz"] as const;

/** Browsers that fetch a page before anybody wants it say so in one of these. */
export const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  PURPOSES.some((name) => /\b(?:prefetch|prerender|preview)\b/i.test(String(headers[name] ?? "")));

/** Whether the page is only prefetched or previewed: then no trade is opened for it. */
export const isPrefetchOrHead = (headers: { get(name: string): string | null }): boolean =>
  headers.get(HEAD_REQUEST_HEADER) !== null ||
  isPrefetch(Object.fromEntries(PURPOSES.map((name) => [name, headers.get(name) ?? undefined])));

/**
 * For what a browser does in its shopper's name: a page of ours asked, not a stranger's. Every browser says so in one of
 * three headers, and a page cannot write them.
 * @throws AppError `forbidden`
 */
export function requireSameSite({ headers, container }: Pick<Call, "headers" | "container">): void {
  const site = headers.get("sec-fetch-site");
  if (site !== null) {
    if (site === "same-origin") return;
  } else if (isOurs(headers.get("origin") ?? headers.get("referer"), [headers.get("host"), container])) return;
  throw new AppError("forbidden", "this call is for our own pages");
}

/** By host: behind a proxy we do not see the scheme. */
function isOurs(origin: string | null, [host, { settings }]: [string | null, Call["container"]]): boolean {
  if (origin === null || !URL.canParse(origin)) return false;
  const asking = new URL(origin).host;
  return asking === host || asking === new URL(settings.publicUrl).host;
}
