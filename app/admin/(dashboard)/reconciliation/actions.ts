"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { amountText } from "#components/ui/amount.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { DISCREPANCY_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import type { Container } from "#lib/http/container.ts";
import type { DayReport, QueryResult, Resolutions } from "#lib/reconcile/index.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";
import { isDay } from "./days.ts";

const dayForm = z.object({ day: z.string().refine(isDay), stay: z.literal("1").optional() });
const id = z.string().regex(/^\d{1,18}$/);

/** Reconciles a day now; started from the list, it redirects to the day. */
export async function runDay(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "reconciliation.work",
    form,
    schema: dayForm,
    audit: ({ day }) => ({ action: "reconciliation.run", subject: `day:${day}` }),
    async work({ container, text }, { day, stay }) {
      const report = await run(container, day);
      if (report === null) return failed(text.reconciliation.notReady);
      if (stay === undefined) redirect(`/admin/reconciliation/${day}`);
      const count = report.discrepancies.length + report.more;
      const { clean, differences } = text.reconciliation.done;
      return done(count === 0 ? clean : fill(differences, { count }));
    },
  });
}

/** @returns null when WeChat has no bill for that day yet */
async function run({ reconciliation }: Container, day: string): Promise<DayReport | null> {
  if (reconciliation === undefined) throw new Error("this process cannot reconcile");
  try {
    return await reconciliation.run(day);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "conflict") return null;
    throw cause;
  }
}

export async function queryAttempt(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "reconciliation.work",
    form,
    schema: z.object({ id }),
    // Resolutions record themselves, also when the command line runs them.
    audit: null,
    async work({ container, session, text }, input) {
      return onDifference(container, text, async (resolutions) =>
        done(wordsOf(await resolutions.query({ id: input.id, person: session.user.email }), text)),
      );
    },
  });
}

/** Recovers a lost order, which books its money. */
export async function recoverOrder(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "payments.resolve",
    form,
    schema: z.object({ id }),
    audit: null,
    async work({ container, session, text }, input) {
      return onDifference(container, text, async (resolutions) => {
        const recovered = await resolutions.recover({ id: input.id, person: session.user.email });
        const { recoverDone, notRecovered } = text.reconciliation;
        return recovered.kind === "recovered" ? done(recoverDone) : failed(notRecovered[recovered.why]);
      });
    },
  });
}

export async function giveBack(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "payments.resolve",
    form,
    schema: z.object({ id }),
    audit: null,
    async work({ container, session, text }, input) {
      return onDifference(container, text, async (resolutions) => {
        await resolutions.refund({ id: input.id, person: session.user.email });
        return done(text.reconciliation.refundDone);
      });
    },
  });
}

export async function acceptDifference(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "reconciliation.work",
    form,
    schema: z.object({ id, reason: z.string().trim().min(1).max(DISCREPANCY_REASON_CHARS_MAX) }),
    audit: null,
    async work({ container, session, text }, input) {
      return onDifference(container, text, async (resolutions) => {
        await resolutions.accept({ ...input, person: session.user.email });
        return done(text.reconciliation.accepted);
      });
    },
  });
}

async function onDifference(
  { resolutions }: Container,
  text: AdminText,
  work: (resolutions: Resolutions) => Promise<ActionState>,
): Promise<ActionState> {
  if (resolutions === undefined) throw new Error("this process cannot resolve differences");
  try {
    return await work(resolutions);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "conflict") return failed(text.reconciliation.isClosed);
    throw cause;
  }
}

/** WeChat's answer as a message. */
function wordsOf({ answer, isClosed }: QueryResult, { reconciliation: { asked, refundStates } }: AdminText): string {
  if (isClosed) return asked.fixed;
  if (answer.state === "absent") return asked.absent;
  if (answer.about === "refund") {
    return fill(asked.refund, { amount: amountText(answer.amountFen ?? 0), state: refundStates[answer.state] });
  }
  return answer.state === "paid" ? fill(asked.paid, { amount: amountText(answer.totalFen ?? 0) }) : asked[answer.state];
}
