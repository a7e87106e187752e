export interface PayRouteContext {
  readonly params: Promise<{ orderId: string }>;
}

const KEPT = ["lang", "env", "by", "seen", "embed"];

type Added = Readonly<Record<string, string | null>>;

/** 303 to the order's page, with the visit's choices kept; those that are added as null are dropped. */
export const backToPage = (request: Request, orderId: string, added: Added): Response =>
  backTo(`/pay/${encodeURIComponent(orderId)}`, request, added);

/** The same to its receipt. */
export const backToReceipt = (request: Request, orderId: string, added: Added): Response =>
  backTo(`/pay/${encodeURIComponent(orderId)}/receipt`, request, added);

function backTo(path: string, request: Request, added: Added): Response {
  const asked = new URL(request.url).searchParams;
  const query = new URLSearchParams(KEPT.flatMap((name) => (asked.has(name) ? [[name, asked.get(name) ?? ""]] : [])));
  for (const [name, value] of Object.entries(added)) value === null ? query.delete(name) : query.set(name, value);
  const search = query.size === 0 ? "" : `?${query}`;
  const location = `${path}${search}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
