import "server-only";
import { DISPLAY_THANKS_MS } from "#lib/base/counter-limits.ts";
import { isId } from "#lib/base/ids.ts";
import type { CounterOrder, DisplayView } from "#lib/contract/counter.ts";
import { readScreen } from "#lib/storage/counter/screens.ts";
import type { CounterGuest } from "../../../counter-request.ts";

/**
 * What a customer display shows: the order on the counter, its thanks for a while, or the shop's name. A till shows its own;
 * a dashboard user on another device the named till's, or what the same user takes elsewhere.
 */
export async function readDisplay({ guest, at }: CounterGuest, tillId: string | null): Promise<DisplayView> {
  const { container, text, session } = guest;
  const now = container.clock.now();
  const named = tillId !== null && isId("till", tillId) ? tillId : null;
  const screen = at?.till.id ?? named ?? session?.user.email ?? "";
  const [shop, orderId] = await Promise.all([
    container.merchantName?.() ?? text.product,
    readScreen(container.database.pool, screen, now),
  ]);
  const order = orderId === null ? null : await container.payments.counterOrder(orderId);
  return { shop, order: order !== null && isShown(order, now) ? order : null };
}

function isShown({ status, leftMs, paidAt }: CounterOrder, now: Date): boolean {
  if (paidAt !== null) return now.getTime() - Date.parse(paidAt) < DISPLAY_THANKS_MS;
  return status === "pending" && leftMs > 0;
}
