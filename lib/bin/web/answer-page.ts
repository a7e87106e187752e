import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { withAdminAction } from "#lib/http/admin-action.ts";
import { isPrefetch } from "#lib/http/browser-headers.ts";
import type { Container } from "#lib/http/container.ts";
import { isEncoded } from "#lib/http/read-request.ts";
import { EDGE_HEADER, writeEdge } from "#lib/http/web-door.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { blameCaller } from "./blame-caller.ts";
import { compressAnswer } from "./compress-pages.ts";
import { acceptOrigin, FOREIGN_FORM } from "./form-origin.ts";
import { forwardedFor } from "./node-door.ts";
import { allowOf, type PageDoor, pageDoorOf, takesMethod, UNKNOWN_DOOR } from "./page-doors.ts";
import { setPageHeaders } from "./page-headers.ts";
import { refusePlainly } from "./plain-refusal.ts";
import { hasBody, readBytes, withBody } from "./read-body.ts";
import type { StaticFiles } from "./static-files.ts";

/** What Next is: a stand-in in tests. */
type AnswerOfPages = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

export interface PageSite {
  readonly container: Container;
  readonly pages: { readonly handle: AnswerOfPages };
  readonly files: StaticFiles | null;
  readonly dev: boolean;
}

interface PageExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly path: string;
  readonly target: string;
}

const STANDARD = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** The optimiser of pictures, which nothing of ours uses: it fetches and it computes. */
const UNUSED = /^\/_next\/image(?:\/|$)/;

/** Files from memory, all else through Next: a method that the address has, a body of bounded size, and no more. */
export async function answerPage(site: PageSite, asked: PageExchange): Promise<void> {
  const { incoming, outgoing, path } = asked;
  const { files } = site;
  if (!isDecodable(path)) return refusePlainly(outgoing, 400, "the address is not well-formed");
  if (UNUSED.test(path)) return refusePlainly(outgoing, 404, "there is nothing at this address");
  const door = files?.has(path) === true ? FILE : pageDoorOf(path);
  if (isRefused(door, asked)) return;
  if (files?.answer(incoming, outgoing, path) === true) return;
  if (door.hasActions && !acceptOrigin(incoming, site.container.settings.publicUrl)) {
    return refusePlainly(outgoing, 403, FOREIGN_FORM);
  }
  if (path.startsWith("/pay/") && isPrefetch(incoming.headers)) return refusePrefetch(outgoing);
  // Under `npm run dev` the framework talks to itself as well.
  const bytesMax = site.dev && door === UNKNOWN_DOOR ? BODY_BYTES_MAX : door.bodyBytesMax;
  const bounded = await boundedRequest(incoming, bytesMax).catch(asRefusal);
  if (bounded instanceof AppError) {
    outgoing.setHeader("retry-after", String(bounded.retryAfterS ?? 1));
    return refusePlainly(outgoing, ERROR_CATALOGUE[bounded.code].status, bounded.detail);
  }
  if (bounded === null) return refusePlainly(outgoing, 413, `the body is longer than ${bytesMax} bytes`);
  await passOn(site, { ...asked, incoming: bounded, door });
}

const FILE: PageDoor = { methods: ["GET"], bodyBytesMax: 0, hasActions: false };

/** Answers what the address does not take. @returns whether it has been answered */
function isRefused(door: PageDoor, { incoming, outgoing }: PageExchange): boolean {
  const { method = "GET" } = incoming;
  const allow = allowOf(door);
  if (takesMethod(door, method)) {
    if (method === "POST" && door.hasActions && !isAction(incoming)) {
      refusePlainly(outgoing, 400, "what is posted here is a form of this page");
      return true;
    }
    if (!hasBody(incoming) || !isEncoded(incoming.headers["content-encoding"])) return false;
    outgoing.setHeader("accept-encoding", "identity");
    refusePlainly(outgoing, 415, "bodies are taken as they are, without Content-Encoding");
    return true;
  }
  if (door === UNKNOWN_DOOR && STANDARD.has(method)) {
    refusePlainly(outgoing, 404, "there is nothing at this address");
    return true;
  }
  outgoing.setHeader("allow", allow);
  if (method === "OPTIONS") outgoing.writeHead(204, { "cache-control": "no-store" }).end();
  else refusePlainly(outgoing, 405, `this address takes ${allow}`);
  return true;
}

/** Called by a script, or sent as a plain form; the framework would answer all else with the page. */
const isAction = ({ headers }: IncomingMessage): boolean =>
  headers["next-action"] !== undefined || /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");

/** The request as it may go on: its body, if any, is in memory. Null where it is too long. */
async function boundedRequest(incoming: IncomingMessage, bytesMax: number): Promise<IncomingMessage | null> {
  if (!hasBody(incoming)) return incoming;
  const body = await readBytes(incoming, bytesMax);
  return body === null ? null : withBody(incoming, body);
}

function asRefusal(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  throw cause;
}

async function passOn(site: PageSite, asked: PageExchange & { readonly door: PageDoor }): Promise<void> {
  const { container, pages, dev } = site;
  const { incoming, outgoing, target, door } = asked;
  incoming.headers[EDGE_HEADER] = writeEdge(container.edgeToken, {
    peer: incoming.socket.remoteAddress || "unknown",
    proxied: forwardedFor(incoming) !== null,
    target,
  });
  setPageHeaders(incoming, outgoing, { settings: container.settings, logoOrigin: await logoOrigin(container), dev });
  const isPost = incoming.method === "POST";
  const visit = { hasBegun: false };
  if (isPost && door.hasActions) blameCaller(outgoing, visit);
  if (acceptedEncoding(incoming.headers["accept-encoding"]) === "br") {
    compressAnswer(incoming, outgoing);
    // So that Next does not compress on its own.
    delete incoming.headers["accept-encoding"];
  }
  await withAdminAction(visit, () => pages.handle(incoming, outgoing));
}

/** A page that was fetched in advance would hold a trade for nobody; the browser asks again when somebody comes. */
function refusePrefetch(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { "cache-control": "no-store", "content-length": "0" });
  outgoing.end();
}

/** Without the database the page says so itself, and needs no logo. */
async function logoOrigin({ merchant }: Container): Promise<string | null> {
  const address = (await merchant?.().catch(() => null))?.brand?.logoUrl;
  return address?.startsWith("https:") && URL.canParse(address) ? new URL(address).origin : null;
}

/** Next answers 500 to a path whose escapes are no text. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
