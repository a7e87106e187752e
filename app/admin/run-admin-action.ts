import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import "server-only";
import { createHash } from "node:crypto";
import { refresh } from "next/cache";
import { headers } from "next/headers";
import type { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import type { Right } from "#lib/auth/admin-roles.ts";
import { DASHBOARD_KEY_ID } from "#lib/auth/api-keys.ts";
import { type AppError, isAppError } from "#lib/base/app-error.ts";
import { translated } from "#lib/storage/errors.ts";
import { type AuditEntry, recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type AdminRequest, adminRequestOf, detourOf, type Guest, noteOwnAction, openGuest } from "./admin-request.ts";
import { requireRecentSecondFactor } from "./second-factor.ts";

/** An action as the audit log names it. */
type ActionAudit = Omit<AuditEntry, "actor" | "at">;

export interface AdminActionInput<Input> {
  /** null: allowed to everyone who is signed in. */
  readonly right: Right | null;
  /** Where it depends on what it is about: one's own, else with a right. Asked before anything is recorded. */
  readonly isAllowed?: (adminRequest: AdminRequest, input: Input) => boolean | Promise<boolean>;
  readonly form: FormData;
  readonly schema: z.ZodType<Input>;
  /** Recorded before the work begins; null where the work records it itself. */
  readonly audit: ((input: Input) => ActionAudit) | null;
  /** Asks for the second factor again where it was not shown just now; a function decides by the input. */
  readonly confirmed?: boolean | ((adminRequest: AdminRequest, input: Input) => boolean | Promise<boolean>);
  work(adminRequest: AdminRequest, input: Input): Promise<ActionState>;
}

/**
 * Every action of the dashboard goes through here: it comes from our own page, by someone who is signed in and allowed, with a
 * valid form; it is recorded, then done. Failures become messages; only unexpected ones are thrown.
 */
export async function runAdminAction<Input>(adminAction: AdminActionInput<Input>): Promise<ActionState> {
  const guest = await openGuest();
  const { text, container } = guest;
  if (!(await cameFromUs(guest)) || detourOf(guest) !== null) return failed(text.errors.stale);
  const adminRequest = adminRequestOf(guest);
  const { right, isAllowed = () => true, form, schema, audit, confirmed = false, work } = adminAction;
  const forbidden = () => {
    container.log.warn("admin.refused", { userId: adminRequest.session.user.id, right });
    return failed(text.errors.forbidden);
  };
  if (right !== null && !adminRequest.may(right)) return forbidden();
  // Server actions can be called directly, with any argument.
  if (!(form instanceof FormData)) return failed(wordsOf("invalid_request", text));
  const parsed = schema.safeParse(fieldsOf(form));
  if (!parsed.success) return failed(wordsOf("invalid_request", text));
  if (!(await isAllowed(adminRequest, parsed.data))) return forbidden();
  const isConfirmedOnly = typeof confirmed === "function" ? await confirmed(adminRequest, parsed.data) : confirmed;
  const question = isConfirmedOnly ? await requireRecentSecondFactor(adminRequest) : null;
  if (question !== null) return question;
  try {
    if (audit !== null) await recordAction(adminRequest, audit(parsed.data));
    return await work(adminRequest, parsed.data);
  } catch (thrown) {
    const cause = translated(thrown);
    if (!isAppError(cause)) throw cause;
    // When the database is unavailable the failure cannot be recorded either.
    if (audit !== null && cause.code !== "unavailable") await recordFailure(adminRequest, audit(parsed.data), cause);
    return failed(explain(cause, text));
  } finally {
    await noteOwnAction(guest);
    refresh();
  }
}

export const done = (message: string, shown: ActionState["shown"] = []): ActionState => ({
  kind: "done",
  message,
  shown,
});
export const failed = (message: string): ActionState => ({ kind: "failed", message, shown: [] });

export function explain(cause: AppError, text: AdminText): string {
  if (cause.code === "rate_limited") return fill(text.errors.wait, { seconds: cause.retryAfterS ?? 1 });
  return wordsOf(cause.code, text);
}

export const wordsOf = (code: string, { errors }: AdminText): string =>
  errors.codes[code] ?? errors.codes.internal ?? "";

/** Browsers send the origin of the page a form is on. Together with SameSite cookies this stops forms of other sites. */
export async function cameFromUs({ container: { settings } }: Guest): Promise<boolean> {
  const head = await headers();
  const origin = head.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  return origin === new URL(settings.publicUrl).origin || new URL(origin).host === head.get("host");
}

/** Fields as strings; a field named `x[]` is a list. Files stay files. */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const names = new Set([...form.keys()].filter((name) => !name.startsWith("$ACTION")));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = form.getAll(name);
      return [name, name.endsWith("[]") ? values : values[0]];
    }),
  );
}

async function recordAction(
  { container, session }: AdminRequest,
  { action, subject, detail = {} }: ActionAudit,
): Promise<void> {
  const { pool } = container.database;
  await recordAudit(pool, { actor: session.user.email, action, subject, detail, at: container.clock.now() });
}

const recordFailure = (adminRequest: AdminRequest, { action, subject }: ActionAudit, cause: AppError): Promise<void> =>
  recordAction(adminRequest, { action, subject, detail: { failed: cause.code } });

/** Idempotency key of a form: the same form sent twice acts once. */
export const formKey = (token: string, input: unknown) => ({
  apiKeyId: DASHBOARD_KEY_ID,
  key: `dashboard:${token}`,
  digest: createHash("sha256").update(JSON.stringify(input)).digest(),
});
