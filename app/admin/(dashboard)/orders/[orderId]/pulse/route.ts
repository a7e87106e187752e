import { readOrderPulse } from "#lib/storage/orders/order-story.ts";
import { adminRequestOf, detourOf, openGuest } from "../../../../admin-request.ts";

/** A short text that changes whenever this order or one of its notifications changes. */
export async function GET(_request: Request, { params }: { params: Promise<{ orderId: string }> }): Promise<Response> {
  const guest = await openGuest();
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  if (detourOf(guest) !== null || !adminRequestOf(guest).may("orders.read"))
    return new Response(null, { status: 401, headers });
  const { orderId } = await params;
  return new Response(await readOrderPulse(guest.container.database.pool, orderId), { headers });
}
