import { isAppError } from "#lib/base/app-error.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";

/** How long the first HTML waits for WeChat: what streams in later needs scripts to appear. */
const SHELL_TIMEOUT_MS = 2_000;

export type OpenedTrade =
  | { readonly kind: "open"; readonly answer: PayAnswer }
  /** WeChat is slow: the call goes on, and asking again finds its trade. */
  | { readonly kind: "later" }
  | { readonly kind: "unavailable" }
  | { readonly kind: "refused" }
  /** The order has used up its budget of trades, for now or for good. */
  | { readonly kind: "too_many" }
  /** Paid, closed or expired in the meantime. */
  | { readonly kind: "ended" };

type StartPaymentInput = Parameters<PaymentProcessor["startPayment"]>[0];

/** Opens the order's trade, or finds the one that is open, within the time-out of a page. */
export async function openTrade(
  payments: Pick<PaymentProcessor, "startPayment">,
  wish: StartPaymentInput,
): Promise<OpenedTrade> {
  const opening = payments.startPayment(wish).then(
    (answer): OpenedTrade => ({ kind: "open", answer }),
    (cause: unknown): OpenedTrade => ({ kind: kindOf(cause) }),
  );
  return withTimeout(opening, SHELL_TIMEOUT_MS, () => ({ kind: "later" }));
}

function kindOf(cause: unknown): "unavailable" | "refused" | "too_many" | "ended" {
  if (!isAppError(cause)) return "unavailable";
  if (cause.reason === "too_many_attempts") return "too_many";
  if (cause.code === "order_not_payable") return "ended";
  return cause.code === "gateway_rejected" || cause.code === "invalid_request" ? "refused" : "unavailable";
}
