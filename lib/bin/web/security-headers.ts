import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EdgeSettings } from "#lib/http/container.ts";
import { HEAD_REQUEST_HEADER } from "#lib/http/fetch-metadata.ts";

export interface PagePolicy {
  readonly settings: Pick<EdgeSettings, "publicUrl" | "sandboxOrigin" | "embedOrigins">;
  /** Origin of the shop's logo, if it is not ours. */
  readonly logoOrigin?: string | null;
  /** Hot reload needs `eval` and a web socket. */
  readonly dev: boolean;
}

/** A page of the dashboard that shows another one in frames: the look of the shop, before it is kept. Nothing on it can be used. */
const PREVIEW = /^\/admin\/settings\/look\/preview(?:\?|$)/;

/** The pay page, which may open over a page of the shop's own. */
const PAY_PAGE = /^\/pay\//;

/** WeChat's H5 cashier, which the pay page's form leads to, and WeChat's sign-in. */
const WECHAT_FORMS = "https://wx.tenpay.com https://open.weixin.qq.com";

/**
 * Sets the security headers of every page before Next answers. The nonce is also set on the request: Next reads it from the
 * policy there and puts it on its own scripts.
 */
export function setPageHeaders(incoming: IncomingMessage, outgoing: ServerResponse, page: PagePolicy): void {
  const nonce = randomBytes(16).toString("base64");
  const isDashboard = /^\/admin(?:[/?]|$)/.test(incoming.url ?? "");
  const isPreview = PREVIEW.test(incoming.url ?? "");
  const isPayPage = PAY_PAGE.test(incoming.url ?? "");
  const framedBy = [...originsOf(page.settings.sandboxOrigin), ...(isPayPage ? page.settings.embedOrigins : [])].join(
    " ",
  );
  const policy = policyFor({ ...page, isDashboard, isPreview, isPayPage, framedBy }).join(nonce);
  incoming.headers["content-security-policy"] = policy;
  incoming.headers["x-nonce"] = nonce;
  // A page does not see its request's method, and a HEAD request must not open a trade.
  if (incoming.method === "HEAD") incoming.headers[HEAD_REQUEST_HEADER] = "1";
  else delete incoming.headers[HEAD_REQUEST_HEADER];
  outgoing.setHeader("content-security-policy", policy);
  outgoing.setHeader("x-content-type-options", "nosniff");
  // WeChat refuses H5 payments without the origin of the page that started them.
  outgoing.setHeader("referrer-policy", "strict-origin-when-cross-origin");
  // The counter scans shoppers' codes, and a page keeps the policy of the one it was reached from.
  const camera = isDashboard ? "camera=(self)" : "camera=()";
  outgoing.setHeader("permissions-policy", `${camera}, microphone=(), geolocation=()`);
  if (isPreview) outgoing.setHeader("x-frame-options", "SAMEORIGIN");
  else if (framedBy === "") outgoing.setHeader("x-frame-options", "DENY");
  if (page.settings.publicUrl.startsWith("https:")) outgoing.setHeader("strict-transport-security", "max-age=31536000");
}

interface PageKind extends PagePolicy {
  readonly isDashboard: boolean;
  readonly isPreview: boolean;
  readonly isPayPage: boolean;
  /** Origins whose pages may frame this one. */
  readonly framedBy: string;
}

/** Policies as they were written, parted at their nonce. What they are made of seldom changes. */
const written = new WeakMap<PagePolicy["settings"], Map<string, readonly string[]>>();
const WRITTEN_MAX = 100;

function policyFor(page: PageKind): readonly string[] {
  const { settings, logoOrigin = "", dev, isDashboard, isPreview, isPayPage, framedBy } = page;
  const known = written.get(settings) ?? new Map<string, readonly string[]>();
  written.set(settings, known);
  const key = [logoOrigin, settings.sandboxOrigin, dev, isDashboard, isPreview, isPayPage, framedBy].join(" ");
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= WRITTEN_MAX) known.clear();
  const made = contentPolicy(NONCE, page).split(NONCE);
  known.set(key, made);
  return made;
}

const NONCE = "{nonce}";

function contentPolicy(
  nonce: string,
  { settings, logoOrigin, dev, isDashboard, isPreview, isPayPage, framedBy }: PageKind,
): string {
  const sandbox = originsOf(settings.sandboxOrigin).join(" ");
  return [
    "default-src 'self'",
    // ZXing, which reads codes where the browser does not, is WebAssembly.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDashboard ? " 'wasm-unsafe-eval'" : ""}${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: ${logoOrigin ?? ""}`.trim(),
    // What is not named is as by default; a policy is sent with each page.
    ...(dev ? ["connect-src 'self' ws: wss:"] : []),
    // Older WeChat talks to its bridge through frames of these schemes.
    `frame-src 'self' weixin: wvjbscheme: ${sandbox}`.trim(), // The sandbox's bridge opens its cashier over the page.
    // The dashboard's service worker; under 'strict-dynamic' no other address may be one.
    ...(isPayPage ? [] : ["worker-src 'self'"]),
    "object-src 'none'",
    "base-uri 'none'",
    `form-action 'self' ${WECHAT_FORMS} ${sandbox}`.trim(),
    `frame-ancestors ${isPreview ? "'self'" : framedBy || "'none'"}`,
  ].join("; ");
}

/** The sandbox's phone may be opened as localhost or as 127.0.0.1. */
function originsOf(origin: string | null): string[] {
  if (origin === null) return [];
  const { hostname } = new URL(origin);
  if (hostname !== "localhost" && hostname !== "127.0.0.1") return [origin];
  return ["localhost", "127.0.0.1"].map((name) => origin.replace(hostname, name));
}
