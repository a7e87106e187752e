import "server-only";
import { refresh } from "next/cache";
import type { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import type { CounterRight } from "#lib/auth/counter-rights.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { translated } from "#lib/storage/errors.ts";
import { type AuditEntry, recordAudit } from "#lib/storage/operations/audit-log.ts";
import { noteOwnAction } from "./admin-request.ts";
import {
  type CounterRequest,
  counterDetour,
  counterRequestOf,
  openCounterGuest,
  requireOrderInReach,
} from "./counter-request.ts";
import { cameFromUs, explain, failed, fieldsOf, wordsOf } from "./run-admin-action.ts";

export interface CounterActionInput<Input, Result extends ActionState = ActionState> {
  readonly right: CounterRight;
  readonly form: FormData;
  /** An `orderId` in it must be that of an order which this person may touch. */
  readonly schema: z.ZodType<Input>;
  /** What the page has to ask first, if anything. */
  readonly question?: (counterRequest: CounterRequest, input: Input) => Promise<ActionState | null>;
  /** Recorded before the work begins; null where the work records it itself, or there is nothing to record. */
  readonly audit: ((input: Input) => Omit<AuditEntry, "actor" | "at"> | null) | null;
  work(counterRequest: CounterRequest, input: Input): Promise<Result | ActionState>;
}

/**
 * Every action of the counter goes through here, as those of the dashboard go through `runAdminAction`: it comes from our own
 * page, by a cashier at this till or a dashboard user, who is allowed to; it is recorded under their name, then done. It also
 * keeps the till from locking.
 */
export async function runCounterAction<Input, Result extends ActionState = ActionState>(
  counterAction: CounterActionInput<Input, Result>,
): Promise<Result | ActionState> {
  const counterGuest = await openCounterGuest();
  const { guest } = counterGuest;
  const { text, container } = guest;
  if (!(await cameFromUs(guest)) || counterDetour(counterGuest) !== null) return failed(text.errors.stale);
  const counterRequest = counterRequestOf(counterGuest);
  const { right, form, schema, question, audit, work } = counterAction;
  const { actor, cashierSession, tills } = counterRequest;
  if (cashierSession !== null) await tills.touch(cashierSession);
  if (!counterRequest.may(right)) {
    container.log.warn("counter.refused", { actor, right });
    return failed(text.errors.forbidden);
  }
  // Server actions can be called directly, with any argument.
  if (!(form instanceof FormData)) return failed(wordsOf("invalid_request", text));
  const parsed = schema.safeParse(fieldsOf(form));
  if (!parsed.success) return failed(wordsOf("invalid_request", text));
  const entry = audit === null ? null : audit(parsed.data);
  const record = async (detail: AuditEntry["detail"] = {}): Promise<void> => {
    if (entry === null) return;
    const at = container.clock.now();
    await recordAudit(container.database.pool, { ...entry, detail: { ...entry.detail, ...detail }, actor, at });
  };
  try {
    const orderId = orderIdIn(parsed.data);
    if (orderId !== null) await requireOrderInReach(counterRequest, orderId);
    const asked = (await question?.(counterRequest, parsed.data)) ?? null;
    if (asked !== null) return asked;
    await record();
    return await work(counterRequest, parsed.data);
  } catch (thrown) {
    const cause = translated(thrown);
    if (!isAppError(cause)) throw cause;
    // When the database is unavailable the failure cannot be recorded either.
    if (cause.code !== "unavailable") await record({ failed: cause.code });
    return failed(explain(cause, text));
  } finally {
    await noteOwnAction(guest);
    refresh();
  }
}

/** Null where the input is about no order. */
function orderIdIn(input: unknown): string | null {
  if (typeof input !== "object" || input === null || !("orderId" in input)) return null;
  return typeof input.orderId === "string" && input.orderId !== "" ? input.orderId : null;
}
