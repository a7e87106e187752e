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
import { type AuditDetail, recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type AdminRequest, adminRequestOf, detourOf, type Guest, openGuest } from "./admin-request.ts";

/** What an action is called in the audit log, and what it is about. */
interface Deed {
  readonly action: string;
  readonly subject: string | null;
  readonly detail?: AuditDetail;
}

export interface Performance<Input> {
  /** null: whoever is signed in may. */
  readonly right: Right | null;
  readonly form: FormData;
  readonly schema: z.ZodType<Input>;
  /** Written down before the work is begun; null where the work itself does. */
  readonly deed: ((input: Input) => Deed) | null;
  work(adminRequest: AdminRequest, input: Input): Promise<ActionState>;
}

/**
 * The one way of every action of the dashboard: from our own page, signed in, allowed, well-formed, written down, done.
 * What fails is said in words; only the unforeseen is thrown.
 */
export async function runAdminAction<Input>(performance: Performance<Input>): Promise<ActionState> {
  const guest = await openGuest();
  const { text, container } = guest;
  if (!(await cameFromUs(guest)) || detourOf(guest) !== null) return failed(text.errors.stale);
  const adminRequest = adminRequestOf(guest);
  const { right, form, schema, deed, work } = performance;
  if (right !== null && !adminRequest.may(right)) {
    container.log.warn("admin.refused", { userId: adminRequest.session.user.id, right });
    return failed(text.errors.forbidden);
  }
  // What calls an action by itself may hand it anything.
  if (!(form instanceof FormData)) return failed(wordsOf("invalid_request", text));
  const parsed = schema.safeParse(fieldsOf(form));
  if (!parsed.success) return failed(wordsOf("invalid_request", text));
  try {
    if (deed !== null) await writeDown(adminRequest, deed(parsed.data));
    return await work(adminRequest, parsed.data);
  } catch (thrown) {
    const cause = translated(thrown);
    if (!isAppError(cause)) throw cause;
    // While nothing can be stored, the failure cannot be either.
    if (deed !== null && cause.code !== "unavailable") await writeFailure(adminRequest, deed(parsed.data), cause);
    return failed(explain(cause, text));
  } finally {
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

const wordsOf = (code: string, { errors }: AdminText): string => errors.codes[code] ?? errors.codes.internal ?? "";

/** Browsers name the page a form came from; together with SameSite nobody else's page can act in our name. */
export async function cameFromUs({ container: { settings } }: Guest): Promise<boolean> {
  const head = await headers();
  const origin = head.get("origin");
  if (origin === null || !URL.canParse(origin)) return false;
  return origin === new URL(settings.publicUrl).origin || new URL(origin).host === head.get("host");
}

/** Fields as texts; one that comes several times as a list. Files stay files. */
function fieldsOf(form: FormData): Record<string, unknown> {
  const names = new Set([...form.keys()].filter((name) => !name.startsWith("$ACTION")));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = form.getAll(name);
      return [name, name.endsWith("[]") ? values : values[0]];
    }),
  );
}

async function writeDown({ container, session }: AdminRequest, { action, subject, detail = {} }: Deed): Promise<void> {
  const { pool } = container.database;
  await recordAudit(pool, { actor: session.user.email, action, subject, detail, at: container.clock.now() });
}

const writeFailure = (adminRequest: AdminRequest, { action, subject }: Deed, cause: AppError): Promise<void> =>
  writeDown(adminRequest, { action, subject, detail: { failed: cause.code } });

/** For what the form was about: the same form sent twice is one deed. */
export const formKey = (token: string, input: unknown) => ({
  apiKeyId: DASHBOARD_KEY_ID,
  key: `dashboard:${token}`,
  digest: createHash("sha256").update(JSON.stringify(input)).digest(),
});
