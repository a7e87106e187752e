"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { APPROVAL_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { needsConfirmation } from "../../refund-confirmation.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";

// Answers to refunds that wait for a second person. Each is recorded in the transaction that makes it.

const refundId = z.string().refine((text) => isId("refund", text));
const answerForm = z.object({ refundId });

export async function approveRefund(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.approve",
    form,
    schema: answerForm,
    async confirmed({ container }, input) {
      const refund = await container.payments.refund(input.refundId).catch(() => null);
      // Its amount is held already.
      return refund !== null && needsConfirmation(container, { orderId: refund.orderId, moreFen: 0 });
    },
    audit: null,
    work: (adminRequest, input) => answer(adminRequest, { ...input, decision: "approved", reason: null }),
  });
}

export async function declineRefund(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.approve",
    form,
    schema: answerForm.extend({ reason: z.string().trim().max(APPROVAL_REASON_CHARS_MAX) }),
    audit: null,
    async work(adminRequest, { reason, ...input }) {
      if (reason === "") return failed(approvalsText(adminRequest.language).reasonMissing);
      return answer(adminRequest, { ...input, decision: "declined", reason });
    },
  });
}

export async function withdrawRefund(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.create",
    form,
    schema: answerForm,
    audit: null,
    work: (adminRequest, input) => answer(adminRequest, { ...input, decision: "withdrawn", reason: null }),
  });
}

interface RefundAnswerForm {
  readonly refundId: string;
  readonly decision: "approved" | "declined" | "withdrawn";
  readonly reason: string | null;
}

async function answer({ container, session, language }: AdminRequest, given: RefundAnswerForm): Promise<ActionState> {
  const words = approvalsText(language);
  const by = { userId: session.user.id, actor: session.user.email };
  try {
    await container.payments.answerApproval({ ...given, by });
    return done(
      { approved: words.approvedDone, declined: words.declinedDone, withdrawn: words.withdrawnDone }[given.decision],
    );
  } catch (cause) {
    const problem = isAppError(cause) ? PROBLEMS.find((each) => each === cause.reason) : undefined;
    if (problem === undefined) throw cause;
    return failed(words.problems[problem]);
  }
}

const PROBLEMS = ["own_refund", "not_own_refund", "approval_answered", "approval_expired"] as const;
