import "server-only";
import { isAppError } from "#lib/base/app-error.ts";
import type { Container } from "#lib/http/container.ts";
import { readRefundRules } from "#lib/storage/refunds/refund-approvals.ts";

/** Whether a refund asks for the second factor: what goes back of the order in all is above the owner's limit. */
export async function needsConfirmation(
  { database, payments }: Pick<Container, "database" | "payments">,
  { orderId, moreFen }: { readonly orderId: string; readonly moreFen: number },
): Promise<boolean> {
  const { confirmAboveFen } = await readRefundRules(database.pool);
  if (confirmAboveFen === null) return false;
  try {
    const refunds = await payments.refunds(orderId);
    const back = refunds.filter(({ status }) => status !== "closed").reduce((sum, { amount }) => sum + amount, 0);
    return back + moreFen > confirmAboveFen;
  } catch (cause) {
    // There is no such order: the action itself says so.
    if (isAppError(cause) && cause.code === "not_found") return false;
    throw cause;
  }
}
