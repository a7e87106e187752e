import { readOrdersPulse } from "#lib/storage/orders/order-story.ts";
import { openData } from "../../../data-answer.ts";

/** A short text that changes with every order; pages refresh when it changes. */
export async function GET(): Promise<Response> {
  const opened = await openData("orders.read");
  if (opened instanceof Response) return opened;
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  return new Response(await readOrdersPulse(opened.container.database.pool), { headers });
}
