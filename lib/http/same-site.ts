import { AppError } from "#lib/base/app-error.ts";
import type { Call } from "./call.ts";

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
