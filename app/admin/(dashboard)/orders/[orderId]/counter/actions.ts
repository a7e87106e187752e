"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { type AppError, isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { codePayRequestSchema, DECLINE_REASONS } from "#lib/contract/code-pay.ts";
import { counterText } from "#lib/texts/admin.ts";
import { failed, runAdminAction } from "../../../../run-admin-action.ts";

const counterForm = z.object({
  orderId: z.string().refine((text) => isId("order", text)),
  // Scanners append a line break, people type spaces.
  authCode: z
    .string()
    .max(64)
    .transform((text) => text.replaceAll(/\s/g, "")),
});

/** Charges a shopper's payment code; sent again, it queries the result of the charge. */
export async function chargeCode(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "payments.charge",
    form,
    schema: counterForm,
    audit: (input) => ({ action: "order.charge", subject: input.orderId }),
    async work({ container, language }, { orderId, authCode }) {
      const words = counterText(language);
      if (!codePayRequestSchema.shape.authCode.safeParse(authCode).success) return failed(words.badCode);
      const charged = await container.payments
        .payByCode({ orderId, authCode })
        .catch((cause: unknown) => ({ kind: "refused" as const, why: whyNot(cause, words) }));
      if (charged.kind === "refused") return failed(charged.why);
      if (charged.kind === "pending") return failed(words[charged.waitsFor]);
      redirect(`/admin/orders/${orderId}?done=charge`);
    },
  });
}

/** @throws errors that have no message of their own at the counter */
function whyNot(cause: unknown, words: ReturnType<typeof counterText>): string {
  if (!isAppError(cause)) throw cause;
  const known: Partial<Record<AppError["code"], string>> = {
    conflict: words.busy,
    order_not_payable: words.notPayable,
    gateway_rejected: cause.reason === "no_certificate" ? words.noCertificate : words.impossible,
  };
  if (cause.code === "payment_declined") {
    return words.declines[DECLINE_REASONS.find((one) => one === cause.reason) ?? "declined"];
  }
  const said = known[cause.code];
  if (said === undefined) throw cause;
  return said;
}
