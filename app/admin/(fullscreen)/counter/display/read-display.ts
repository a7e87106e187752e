import "server-only";
import { DISPLAY_THANKS_MS } from "#lib/base/counter-limits.ts";
import type { CounterOrder, DisplayView } from "#lib/contract/counter.ts";
import { readScreen } from "#lib/storage/counter/screens.ts";
import { tillOf } from "../../../(dashboard)/counter/till.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** What the customer display of this till shows: the order on the counter, its thanks for a while, or the shop's name. */
export async function readDisplay(adminRequest: AdminRequest): Promise<DisplayView> {
  const { container, text } = adminRequest;
  const now = container.clock.now();
  const [shop, orderId] = await Promise.all([
    container.merchantName?.() ?? text.product,
    readScreen(container.database.pool, tillOf(adminRequest), now),
  ]);
  const order = orderId === null ? null : await container.payments.counterOrder(orderId);
  return { shop, order: order !== null && isShown(order, now) ? order : null };
}

function isShown({ status, leftMs, paidAt }: CounterOrder, now: Date): boolean {
  if (paidAt !== null) return now.getTime() - Date.parse(paidAt) < DISPLAY_THANKS_MS;
  return status === "pending" && leftMs > 0;
}
