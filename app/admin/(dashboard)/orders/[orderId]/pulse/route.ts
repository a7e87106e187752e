import { readOrderPulse } from "#lib/storage/orders/order-story.ts";
import { openData } from "../../../../data-answer.ts";

/** A short text that changes whenever this order or one of its notifications changes. */
export async function GET(_request: Request, { params }: { params: Promise<{ orderId: string }> }): Promise<Response> {
  const opened = await openData("orders.read");
  if (opened instanceof Response) return opened;
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  const { orderId } = await params;
  return new Response(await readOrderPulse(opened.container.database.pool, orderId), { headers });
}
