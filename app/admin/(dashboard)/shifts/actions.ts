"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { SHIFT_NOTE_CHARS_MAX } from "#lib/base/till-limits.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";

// Recorded with what is done, in one commit.

const shiftForm = z.object({
  shiftId: z.string().refine((id) => isId("shift", id)),
  note: z
    .string()
    .trim()
    .max(SHIFT_NOTE_CHARS_MAX)
    .default("")
    .transform((note) => (note === "" ? null : note)),
});

export async function receiveShift(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "shifts.receive",
    form,
    schema: shiftForm,
    audit: null,
    async work({ container, session, language }, reception) {
      const words = tillsText(language).shifts;
      const isReceived = await unlessConflict(container.shifts.receive({ ...reception, by: session.user.email }));
      return isReceived ? done(words.receiveDone) : failed(words.receivedBefore);
    },
  });
}

/** For a cashier who left without handing over. */
export async function closeShift(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "shifts.close",
    form,
    schema: shiftForm,
    audit: null,
    async work({ container, session, language }, wish) {
      const words = tillsText(language);
      const handOver = { ...wish, actor: session.user.email, cashierId: null };
      const isClosed = await unlessConflict(container.shifts.handOver(handOver));
      return isClosed ? done(words.shifts.closed) : failed(words.shift.before);
    },
  });
}

const unlessConflict = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    (cause: unknown) => (isAppError(cause) && cause.code === "conflict" ? false : Promise.reject(cause)),
  );
