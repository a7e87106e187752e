import { DISPLAY_ORDER_AGE_MS } from "#lib/base/counter-limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Pool } from "../client.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// SQL: only what changes is told to the till's displays.
const SHOW = statement("show_on_screen")`with shown as (
           insert into counter_screens (till, order_id, shown_at) values ($1, $2, $3)
           on conflict (till) do update set order_id = excluded.order_id, shown_at = excluded.shown_at
             where counter_screens.order_id is distinct from excluded.order_id
           returning till
         ) select 'screen:' || till as changed_topic from shown`;

/** Says which order the till's customer display shows; null for none. */
export async function showOnScreen(
  pool: Pool,
  { till, orderId, at }: { readonly till: string; readonly orderId: string | null; readonly at: Date },
): Promise<void> {
  await run(pool, SHOW, [till, orderId, at]);
}

/** The order that the till shows. */
export const readScreen = (pool: Pool, till: string, now: Date): Promise<string | null> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.counterScreen.findUnique({ where: { till } });
    return row !== null && row.shownAt > addMs(now, -DISPLAY_ORDER_AGE_MS) ? row.orderId : null;
  });
