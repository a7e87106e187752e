"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { SHIFT_NOTE_CHARS_MAX } from "#lib/base/till-limits.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { failed } from "../../../run-admin-action.ts";
import { runCounterAction } from "../../../run-counter-action.ts";

const handOverForm = z.object({
  shiftId: z.string().refine((id) => isId("shift", id)),
  note: z.string().trim().max(SHIFT_NOTE_CHARS_MAX).optional(),
});

/** The cashier hands over the shift of their own till, and is signed out. */
export async function handOverShift(_before: ActionState, form: FormData): Promise<ActionState> {
  return runCounterAction({
    right: "hand_over",
    form,
    schema: handOverForm,
    // Recorded with the hand-over, in one commit.
    audit: null,
    async work({ container, actor, cashierSession, language }, { shiftId, note = "" }) {
      const words = tillsText(language).shift;
      // Another one than the page showed, or of another till.
      if (cashierSession?.shift?.id !== shiftId) return failed(words.before);
      const cashierId = cashierSession.cashier.id;
      const handOver = { shiftId, actor, cashierId, note: note === "" ? null : note };
      const refusal = await container.shifts.handOver(handOver).then(
        () => null,
        (cause: unknown) => (isAppError(cause) && cause.code === "conflict" ? words.before : Promise.reject(cause)),
      );
      if (refusal !== null) return failed(refusal);
      redirect(`/admin/counter/handed-over/${shiftId}`);
    },
  });
}
