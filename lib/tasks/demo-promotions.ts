import { isAppError } from "#lib/base/app-error.ts";
import { DEMO_PROMOTIONS } from "#lib/contract/demo-shop.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import type { Promotions } from "#lib/payment/index.ts";

export interface Demo {
  readonly promotions: Pick<Promotions, "create">;
  /** Whether the active configuration is the sandbox. */
  readonly isSandbox: () => boolean;
}

/**
 * Makes the demo shop's promotions when the sandbox is first met. Promotions are never deleted, so one that the merchant has
 * changed or ended is found and left alone.
 */
export function demoPromotions({ promotions, isSandbox }: Demo): () => Promise<void> {
  let made = false;
  return async () => {
    if (made || !isSandbox()) return;
    for (const request of DEMO_PROMOTIONS) {
      await promotions.create(promotionRequestSchema.parse(request)).catch(unlessThere);
    }
    made = true;
  };
}

/** Another worker, or an earlier start, was first. */
function unlessThere(cause: unknown): void {
  if (!isAppError(cause) || cause.code !== "conflict") throw cause;
}
