import { readOrdersPulse } from "#lib/storage/orders/order-story.ts";
import { openLookData } from "../../../look-page.tsx";

/** A short text that changes with every order; pages refresh when it changes. */
export async function GET(): Promise<Response> {
  const opened = await openLookData("orders.read");
  if (opened instanceof Response) return opened;
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  return new Response(await readOrdersPulse(opened.look.pool), { headers });
}
