import { z } from "zod";
import { PAYMENT_CODE_FORM } from "#lib/base/payment-code.ts";
import { fenSchema, momentSchema } from "./money.ts";

/** The body of `POST /api/v1/orders/{id}/pay`: what a counter scanned off the shopper's phone (付款码). */
export const codePayRequestSchema = z.strictObject({
  channel: z.literal("codepay"),
  authCode: z
    .string()
    .regex(PAYMENT_CODE_FORM, "must be the 18 digits of a WeChat Pay payment code, beginning with 10 to 15"),
});

/** Why a code brought no money: `reason` of a 402. */
export const DECLINE_REASONS = ["code_invalid", "not_enough", "card_refused", "declined", "timed_out"] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

const CODE_PAY_STATES = ["awaiting_password", "unclear", "reversing"] as const;
export type CodePayState = (typeof CODE_PAY_STATES)[number];

/** Not decided yet: no money may be taken in another way, and no goods given out. */
export const codePayPendingSchema = z
  .object({
    orderId: z.string(),
    outTradeNo: z.string(),
    amountDue: fenSchema,
    status: z
      .enum(CODE_PAY_STATES)
      .describe(
        "`awaiting_password`: the shopper's phone asks for the password. `unclear`: WeChat gave no certain answer. " +
          "`reversing`: it took too long and is taken back; what was paid goes back to the shopper.",
      ),
    decidedBy: momentSchema.describe("From this moment on an unpaid charge is taken back"),
    next: z.string().describe("What to do now, for whoever stands at the counter"),
  })
  .meta({ id: "CodePayPending" });
export type CodePayPending = z.output<typeof codePayPendingSchema>;
