import { SHOPPER_ID_CHARS_MAX } from "#lib/base/limits.ts";
import { line } from "#lib/contract/order-request.ts";
import type { Handler } from "./call.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

export interface Route {
  readonly method: Method;
  /** `/api/orders/{orderId}/status` */
  readonly path: string;
  readonly handle: Handler;
}

/** All routes of one path. */
interface Resource {
  readonly path: string;
  readonly methods: ReadonlyMap<string, Handler>;
  /** What `Allow` says. */
  readonly allow: string;
}

export interface Matched {
  readonly resource: Resource;
  readonly params: Readonly<Record<string, string>>;
}

export type Match = (path: string) => Matched | null;

interface Pattern {
  readonly resource: Resource;
  readonly pieces: readonly string[];
}

const NO_PARAMS = {};
const SEGMENT = /^[A-Za-z0-9._~-]+$/;

/** Finds the resource of a path: a fixed path by one lookup, the others among those with as many segments. */
export function createMatch(routes: readonly Route[]): Match {
  const fixed = new Map<string, Matched>();
  const bySegments = new Map<number, Pattern[]>();
  for (const resource of resourcesOf(routes)) {
    const pieces = resource.path.split("/");
    if (!resource.path.includes("{")) fixed.set(resource.path, { resource, params: NO_PARAMS });
    else bySegments.set(pieces.length, [...(bySegments.get(pieces.length) ?? []), { resource, pieces }]);
  }
  return (path) => {
    const known = fixed.get(path);
    if (known !== undefined) return known;
    const segments = path.split("/");
    for (const pattern of bySegments.get(segments.length) ?? []) {
      const params = paramsOf(pattern.pieces, segments);
      if (params !== null) return { resource: pattern.resource, params };
    }
    return null;
  };
}

function resourcesOf(routes: readonly Route[]): Resource[] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return [...paths].map(([path, ofPath]) => ({
    path,
    methods: new Map(ofPath.map(({ method, handle }) => [method, handle])),
    allow: allowOf(ofPath.map(({ method }) => method)),
  }));
}

const allowOf = (methods: readonly string[]): string =>
  [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");

/** Ids in paths are plain ASCII and never decoded, but a shop's own shopper id may be any text that an order accepts. */
const SHOPPER = "{shopperId}";
const shopperId = line(SHOPPER_ID_CHARS_MAX);

function paramsOf(pieces: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {};
  for (const [at, piece] of pieces.entries()) {
    const segment = segments[at] ?? "";
    if (!piece.startsWith("{")) {
      if (piece !== segment) return null;
      continue;
    }
    const value = piece === SHOPPER ? decoded(segment) : segment;
    if (value === null || !(piece === SHOPPER ? shopperId.safeParse(value).success : SEGMENT.test(value))) return null;
    params[piece.slice(1, -1)] = value;
  }
  return params;
}

/** @returns null if the segment is not percent-encoded UTF-8 */
function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
