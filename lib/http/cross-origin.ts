import type { Answer, Call } from "./call.ts";
import type { Matched } from "./match.ts";

/** What other pages may read: those that may frame the pay page, which ask whether an order is paid. */
const SHARED = "/api/orders/{orderId}/status";
const PREFLIGHT_S = 600;

/** The headers by which a browser hands an answer to a page of another origin (CORS); without credentials. */
export function crossOriginHeaders({ container, headers }: Call, matched: Matched | null): Answer["headers"] {
  const { embedOrigins } = container.settings;
  if (matched?.resource.path !== SHARED || embedOrigins.length === 0) return {};
  const origin = headers.get("origin");
  if (origin === null || !embedOrigins.includes(origin)) return { vary: "Origin" };
  return {
    vary: "Origin",
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-None-Match",
    "access-control-expose-headers": "ETag, Retry-After, X-Request-Id",
    "access-control-max-age": String(PREFLIGHT_S),
  };
}
