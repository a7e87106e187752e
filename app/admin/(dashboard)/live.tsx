import { LiveRefresh } from "#components/admin/live-refresh.tsx";
import { readOrderPulse, readOrdersPulse } from "#lib/storage/orders/order-story.ts";
import type { AdminRequest } from "../admin-request.ts";
import type { LookRequest } from "../look-page.tsx";

const EVERY_MS = 3_000;

/** Lists and figures that are looked at: their pulse is read where they are, so that it beats when the change is there. */
export async function readLookLive({ look }: LookRequest) {
  return <LiveRefresh pulse="/admin/orders/pulse" seen={await readOrdersPulse(look.pool)} everyMs={EVERY_MS} />;
}

/**
 * Keeps an open page up to date. It is read before the page's data: a change between the two then causes one refresh too many,
 * never one too few.
 */
export async function readLive({ container }: AdminRequest, orderId?: string) {
  const { pool } = container.database;
  if (orderId === undefined) {
    return <LiveRefresh pulse="/admin/orders/pulse" seen={await readOrdersPulse(pool)} everyMs={EVERY_MS} />;
  }
  const address = `/admin/orders/${encodeURIComponent(orderId)}/pulse`;
  return <LiveRefresh pulse={address} seen={await readOrderPulse(pool, orderId)} everyMs={EVERY_MS} />;
}

/** The same without waiting for the next question: for the page that shows what is being paid. */
export async function readTicker({ look }: LookRequest) {
  const seen = await readOrdersPulse(look.pool);
  return <LiveRefresh pulse="/admin/orders/pulse" seen={seen} everyMs={EVERY_MS} stream="/admin/counter/changes" />;
}
