import { readOrdersPulse } from "#lib/storage/orders/order-story.ts";
import { adminRequestOf, detourOf, openGuest } from "../../../admin-request.ts";

/** A short text that changes with every order; pages refresh when it changes. */
export async function GET(): Promise<Response> {
  const guest = await openGuest();
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  if (detourOf(guest) !== null || !adminRequestOf(guest).may("orders.read"))
    return new Response(null, { status: 401, headers });
  return new Response(await readOrdersPulse(guest.container.database.pool), { headers });
}
