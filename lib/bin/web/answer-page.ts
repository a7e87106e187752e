import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { BODY_BYTES_MAX } from "#lib/base/limits.ts";
import type { Container } from "#lib/http/container.ts";
import { isPrefetch } from "#lib/http/fetch-metadata.ts";
import { type NextCall, withNextCall } from "#lib/http/next-call.ts";
import { isEncoded } from "#lib/http/read-request.ts";
import { EDGE_HEADER, writeEdge } from "#lib/http/web-adapter.ts";
import { acceptedEncoding, compressPage } from "./compression.ts";
import { forwardedFor } from "./node-adapter.ts";
import { type PageLane, RETRY_AFTER_S } from "./page-lane.ts";
import { allowOf, type PageRule, pageRuleOf, takesMethod, UNKNOWN_PAGE } from "./page-rules.ts";
import { hasBody, readBytes, sendPlainError, withBody } from "./request-body.ts";
import { setPageHeaders } from "./security-headers.ts";
import { acceptOrigin, answer400ForUnreadablePosts, FOREIGN_FORM } from "./server-action-posts.ts";
import type { StaticFiles } from "./static-files.ts";

/** Next; a substitute in tests. */
type AnswerOfPages = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

export interface PageSite {
  readonly container: Container;
  readonly pages: { readonly handle: AnswerOfPages };
  readonly files: StaticFiles | null;
  /** Null where Next draws every page. */
  readonly lane?: PageLane | null;
  readonly dev: boolean;
}

interface PageExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly path: string;
  readonly target: string;
}

const STANDARD = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Next's image optimiser. No page uses it, and it would fetch and compute for any caller. */
const UNUSED = /^\/_next\/image(?:\/|$)/;

/** Answers files from memory and everything else through Next, which gets only allowed methods and bodies of bounded size. */
export async function answerPage(site: PageSite, call: PageExchange): Promise<void> {
  const { incoming, outgoing, path } = call;
  const { files } = site;
  if (!isDecodable(path)) return sendPlainError(outgoing, 400, "the address is not well-formed");
  if (UNUSED.test(path)) return sendPlainError(outgoing, 404, "there is nothing at this address");
  const rule = files?.has(path) === true ? FILE : pageRuleOf(path);
  if (isRefused(rule, call)) return;
  if (files?.answer(incoming, outgoing, path) === true) return;
  if (rule.hasActions && !acceptOrigin(incoming, site.container.settings.publicUrl)) {
    return sendPlainError(outgoing, 403, FOREIGN_FORM);
  }
  if (path.startsWith("/pay/") && isPrefetch(incoming.headers)) return refusePrefetch(outgoing);
  // Under `npm run dev` Next also calls itself.
  const bytesMax = site.dev && rule === UNKNOWN_PAGE ? BODY_BYTES_MAX : rule.bodyBytesMax;
  const bounded = await boundedRequest(incoming, bytesMax).catch(asRefusal);
  if (bounded instanceof AppError) {
    outgoing.setHeader("retry-after", String(bounded.retryAfterS ?? 1));
    return sendPlainError(outgoing, ERROR_CATALOGUE[bounded.code].status, bounded.detail);
  }
  if (bounded === null) return sendPlainError(outgoing, 413, `the body is longer than ${bytesMax} bytes`);
  await passOn(site, { ...call, incoming: bounded, rule });
}

const FILE: PageRule = { methods: ["GET"], bodyBytesMax: 0, hasActions: false };

/** Answers a call that the page does not allow. @returns whether it was answered */
function isRefused(rule: PageRule, { incoming, outgoing }: PageExchange): boolean {
  const { method = "GET" } = incoming;
  const allow = allowOf(rule);
  if (takesMethod(rule, method)) {
    if (method === "POST" && rule.hasActions && !isAction(incoming)) {
      sendPlainError(outgoing, 400, "only forms of this page can be posted here");
      return true;
    }
    if (!hasBody(incoming) || !isEncoded(incoming.headers["content-encoding"])) return false;
    outgoing.setHeader("accept-encoding", "identity");
    sendPlainError(outgoing, 415, "the body must come as it is, without Content-Encoding");
    return true;
  }
  if (rule === UNKNOWN_PAGE && STANDARD.has(method)) {
    sendPlainError(outgoing, 404, "there is nothing at this address");
    return true;
  }
  outgoing.setHeader("allow", allow);
  if (method === "OPTIONS") outgoing.writeHead(204, { "cache-control": "no-store" }).end();
  else sendPlainError(outgoing, 405, `method not allowed; the address allows ${allow}`);
  return true;
}

/** A server action called by a script or sent as a plain form. Next would answer any other post with the page. */
const isAction = ({ headers }: IncomingMessage): boolean =>
  headers["next-action"] !== undefined || /^multipart\/form-data\b/i.test(headers["content-type"] ?? "");

/** The request with its body in memory; null when the body is too long. */
async function boundedRequest(incoming: IncomingMessage, bytesMax: number): Promise<IncomingMessage | null> {
  if (!hasBody(incoming)) return incoming;
  const body = await readBytes(incoming, bytesMax);
  return body === null ? null : withBody(incoming, body);
}

function asRefusal(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  throw cause;
}

async function passOn(site: PageSite, exchange: PageExchange & { readonly rule: PageRule }): Promise<void> {
  const { container, pages, lane, dev } = site;
  const { incoming, outgoing, path, target, rule } = exchange;
  incoming.headers[EDGE_HEADER] = writeEdge(container.edgeToken, {
    peer: incoming.socket.remoteAddress || "unknown",
    proxied: forwardedFor(incoming) !== null,
    target,
  });
  setPageHeaders(incoming, outgoing, { settings: container.settings, logoOrigin: await logoOrigin(container), dev });
  if (lane?.takes(incoming, path)) return lane.answer(incoming, outgoing, target);
  const isPost = incoming.method === "POST";
  const call = { reachedOurCode: false, isUnavailable: false };
  if (isPost && rule.hasActions) answer400ForUnreadablePosts(outgoing, call);
  answer503ForUnavailablePages(outgoing, call);
  if (acceptedEncoding(incoming.headers["accept-encoding"]) === "br") {
    compressPage(incoming, outgoing);
    // Next must not compress the answer again.
    delete incoming.headers["accept-encoding"];
  }
  await withNextCall(call, () => pages.handle(incoming, outgoing));
}

/** A page is sent with its status before Next knows what it will say, so the status is set as the first byte leaves. */
function answer503ForUnavailablePages(outgoing: ServerResponse, call: NextCall): void {
  const writeHead = outgoing.writeHead.bind(outgoing) as (status: number, ...rest: unknown[]) => ServerResponse;
  outgoing.writeHead = ((status: number, ...rest: unknown[]) => {
    if (status !== 200 || !call.isUnavailable) return writeHead(status, ...rest);
    outgoing.setHeader("retry-after", String(RETRY_AFTER_S));
    return writeHead(503, ...rest);
  }) as ServerResponse["writeHead"];
}

/** A prefetched page would open a trade that may never be used; the browser asks again when the page is opened. */
function refusePrefetch(outgoing: ServerResponse): void {
  outgoing.writeHead(503, { "cache-control": "no-store", "content-length": "0" });
  outgoing.end();
}

/** While the database is unreachable the page says so itself and needs no logo. */
async function logoOrigin({ merchant }: Container): Promise<string | null> {
  const address = (await merchant?.().catch(() => null))?.brand?.logoUrl;
  return address?.startsWith("https:") && URL.canParse(address) ? new URL(address).origin : null;
}

/** Next answers 500 to a path whose escapes are not UTF-8. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
