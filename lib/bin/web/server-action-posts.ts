import type { IncomingMessage, ServerResponse } from "node:http";
import type { NextCall } from "#lib/http/next-call.ts";
import { HOME_LANGUAGE, textsIn } from "#lib/texts/language.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether one of our own pages sent this request. Next compares Origin and Host again and would answer 500 where they differ.
 * Behind a proxy `Host` is often the upstream's or lacks the port, so an Origin equal to PUBLIC_URL is accepted and `Host` is
 * corrected for Next. A page opened by another name of this machine carries that name in both headers.
 * @returns false when a page of another site sent it
 */
export function acceptOrigin(incoming: IncomingMessage, publicUrl: string): boolean {
  const { headers, method = "GET" } = incoming;
  const { origin } = headers;
  // Next prefers this header to Host, and a proxy may pass on what a caller wrote in it.
  delete headers["x-forwarded-host"];
  if (origin === undefined || READS.has(method)) return true;
  if (!URL.canParse(origin)) return false;
  if (new URL(origin).origin === publicUrl) {
    headers.host = new URL(publicUrl).host;
    return true;
  }
  return new URL(origin).host === headers.host;
}

/** Plain text, a line in each of two languages: no page is drawn for it. */
export const FOREIGN_FORM = `${textsIn("en").api.foreignForm}
403: ${textsIn(HOME_LANGUAGE).api.foreignForm}`;

/**
 * Next answers 500 to a post that it cannot parse (a broken multipart body, malformed arguments) and 409 to an action id that
 * this build does not have. If that happens before any of our code ran, the request was wrong, so the answer becomes 400.
 */
export function answer400ForUnreadablePosts(outgoing: ServerResponse, action: NextCall): void {
  const writeHead = outgoing.writeHead.bind(outgoing) as (status: number, ...rest: unknown[]) => ServerResponse;
  outgoing.writeHead = ((status: number, ...rest: unknown[]) => {
    const isCallersFault = (status === 500 || status === 409) && !action.reachedOurCode;
    return writeHead(
      isCallersFault ? 400 : status,
      ...rest.filter((each) => !(isCallersFault && typeof each === "string")),
    );
  }) as ServerResponse["writeHead"];
}
