import type { IncomingHttpHeaders } from "node:http";

/** Our own server's note to a page: it was asked for by HEAD. */
export const LOOK_HEADER = "x-lingfu-look";

const PURPOSES = ["sec-purpose", "purpose", "x-purpose", "x-moz"] as const;

/** Browsers that fetch a page before anybody wants it say so in one of these. */
export const isPrefetch = (headers: IncomingHttpHeaders): boolean =>
  PURPOSES.some((name) => /\b(?:prefetch|prerender|preview)\b/i.test(String(headers[name] ?? "")));

/** Whether nobody is going to pay on this answer: then no trade is opened for it. */
export const isOnlyLooking = (headers: { get(name: string): string | null }): boolean =>
  headers.get(LOOK_HEADER) !== null ||
  isPrefetch(Object.fromEntries(PURPOSES.map((name) => [name, headers.get(name) ?? undefined])));
