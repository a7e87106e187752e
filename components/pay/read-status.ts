import type { OrderStatusView } from "#lib/contract/order.ts";

/**
 * `no-cache` makes the browser ask with `If-None-Match`; a 304 costs a few bytes and comes back as what we had.
 * @throws where there is no answer
 */
export async function fetchStatus(address: string, signal: AbortSignal): Promise<OrderStatusView> {
  const answer = await fetch(address, { cache: "no-cache", signal });
  if (!answer.ok) throw new Error(`no status: ${answer.status}`);
  return answer.json();
}

/** null where there is no answer. */
export const readStatus = (address: string, signal: AbortSignal): Promise<OrderStatusView | null> =>
  fetchStatus(address, signal).catch(() => null);
