"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { ABNORMAL_REFUND_BANKS, type AbnormalDestination } from "#lib/payment/index.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";

// Abnormal refunds (异常退款). Recorded in the transaction that begins it; number and name of a card go to WeChat and nowhere else.

const refundId = z.string().refine((text) => isId("refund", text));

const NAME_CHARS_MAX = 40;
const cardForm = z.object({
  refundId,
  bank: z.enum(ABNORMAL_REFUND_BANKS),
  cardNumber: z.string().max(40),
  cardName: z.string().trim().max(NAME_CHARS_MAX),
});

export async function refundToCard(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.create",
    form,
    schema: cardForm,
    confirmed: true,
    audit: null,
    async work(adminRequest, { refundId: id, bank, cardNumber, cardName }) {
      const words = approvalsText(adminRequest.language).abnormal;
      const digits = cardNumber.replaceAll(/[\s-]/g, "");
      if (!/^\d{12,19}$/.test(digits)) return failed(words.badNumber);
      if (cardName === "") return failed(words.badName);
      const card = { cardNumber: new Secret(digits), name: new Secret(cardName) };
      return finish(adminRequest, id, { way: "payer_card", bank, ...card });
    },
  });
}

export async function refundToShop(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.create",
    form,
    schema: z.object({ refundId }),
    confirmed: true,
    audit: null,
    work: (adminRequest, { refundId: id }) => finish(adminRequest, id, { way: "merchant_account" }),
  });
}

const PROBLEMS = ["not_abnormal", "application_open", "not_supported"] as const;

async function finish(
  { container, session, language }: AdminRequest,
  id: string,
  destination: AbnormalDestination,
): Promise<ActionState> {
  const words = approvalsText(language).abnormal;
  try {
    const outcome = await container.payments.finishAbnormal({ refundId: id, destination, by: session.user.email });
    if (outcome.kind !== "refused") return outcome.kind === "accepted" ? done(words.accepted) : failed(words.unknown);
    const why = [words.failures[outcome.failure] ?? outcome.failure, outcome.detail].filter(Boolean).join(" · ");
    return failed(fill(words.refused, { why }));
  } catch (cause) {
    const problem = isAppError(cause) ? PROBLEMS.find((each) => each === cause.reason) : undefined;
    if (problem === undefined) throw cause;
    return failed(words.problems[problem]);
  }
}
