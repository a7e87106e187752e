"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { type Fen, fenFromYuan } from "#lib/base/fen.ts";
import { changeRefundRules } from "#lib/storage/refunds/refund-approvals.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const LIMIT_FEN_MAX = 100_000_000;
const amount = z.string().trim().max(16).optional();
const on = z.literal("on").optional();

const rulesForm = z.object({
  approval: on,
  approvalAbove: amount,
  approvalApi: on,
  confirm: on,
  confirmAbove: amount,
});

/** null: off; undefined: no amount. */
function limitOf(isOn: "on" | undefined, text: string | undefined): Fen | null | undefined {
  if (isOn === undefined) return null;
  const limit = fenFromYuan(text ?? "");
  return limit === null || limit > LIMIT_FEN_MAX ? undefined : limit;
}

export async function saveRefundRules(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: rulesForm,
    confirmed: true,
    // Recorded in the transaction that changes them.
    audit: null,
    async work({ container, session, language }, input) {
      const words = approvalsText(language).rules;
      const approvalAboveFen = limitOf(input.approval, input.approvalAbove);
      const confirmAboveFen = limitOf(input.confirm, input.confirmAbove);
      if (approvalAboveFen === undefined || confirmAboveFen === undefined) return failed(words.badAmount);
      const approvalCoversApi = input.approvalApi === "on";
      const rules = { approvalAboveFen, approvalCoversApi, confirmAboveFen };
      const change = { rules, actor: session.user.email, at: container.clock.now() };
      await changeRefundRules(container.database.pool, change);
      return done(words.saved);
    },
  });
}
