export interface PayRouteContext {
  readonly params: Promise<{ orderId: string }>;
}

const KEPT = ["lang", "env", "by", "seen"];

/** 303 to the order's page, with the visit's choices kept; those that are added as null are dropped. */
export function backToPage(
  request: Request,
  orderId: string,
  added: Readonly<Record<string, string | null>>,
): Response {
  const asked = new URL(request.url).searchParams;
  const query = new URLSearchParams(KEPT.flatMap((name) => (asked.has(name) ? [[name, asked.get(name) ?? ""]] : [])));
  for (const [name, value] of Object.entries(added)) value === null ? query.delete(name) : query.set(name, value);
  const search = query.size === 0 ? "" : `?${query}`;
  const location = `/pay/${encodeURIComponent(orderId)}${search}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
