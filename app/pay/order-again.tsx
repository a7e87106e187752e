import { Button } from "#components/ui/button.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { ORDER_AGAIN_MS } from "#lib/base/limits.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { PayText } from "#lib/texts/pay.ts";
import type { PageContext } from "./context.ts";

/** What the page says where pressing the button made no order. */
type AgainTrouble = "busy" | "refused";

/**
 * Whether this order's page makes the same order again: where the shop allows it, for a while, and only where a shopper ordered
 * by themselves. An order of a till belongs to the cashier's side of the counter; a collection code has made its own and would not
 * know the fresh one. One of the epay door is not recoverable at all.
 */
export async function mayOrderAgain(
  { merchant, now }: Pick<PageContext, "merchant" | "now">,
  { recoverable, closedAt, tillCode, metadata }: OrderView,
): Promise<boolean> {
  if (recoverable !== true || closedAt === null || now() - Date.parse(closedAt) >= ORDER_AGAIN_MS) return false;
  if (tillCode !== null || "collectionCode" in metadata) return false;
  return (await merchant()).look.orderAgain === "on";
}

type AgainContext = Pick<PageContext, "payments" | "merchant" | "now" | "countNewOrder">;

/** The one fresh order of however many presses, or why there is none. @throws AppError `not_found` */
export async function orderAgain(
  context: AgainContext,
  headers: Pick<Headers, "get">,
  orderId: string,
): Promise<{ readonly orderId: string } | { readonly trouble: AgainTrouble }> {
  try {
    await context.countNewOrder(headers);
    if (!(await mayOrderAgain(context, await context.payments.order(orderId)))) return { trouble: "refused" };
    return { orderId: (await context.payments.recoverOrder(orderId)).order.id };
  } catch (cause) {
    if (!isAppError(cause) || cause.code === "not_found") throw cause;
    return { trouble: cause.code === "conflict" || cause.code === "invalid_request" ? "refused" : "busy" };
  }
}

interface OrderAgainProps {
  readonly action: string;
  readonly text: PayText;
  readonly trouble: string | undefined;
}

/** A plain form, so it works without scripts. */
export const OrderAgain = ({ action, text: { again }, trouble }: OrderAgainProps) => (
  <form method="post" action={action} className="w-full text-center">
    {(trouble === "busy" || trouble === "refused") && (
      <p role="alert" className="mb-2 rounded-xl bg-warn-soft px-4 py-2.5 text-sm font-medium text-warn-ink">
        {again[trouble]}
      </p>
    )}
    <Button type="submit">{again.submit}</Button>
    <p className="py-2 text-xs text-soft">{again.hint}</p>
  </form>
);
