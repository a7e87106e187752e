"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { ADMIN_CONFIG_BYTES_MAX } from "#lib/base/limits.ts";
import { configurationText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { wholeNumber } from "../../form-numbers.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";
import { reasonsIn } from "./reasons-in.ts";

/** The range of a Postgres integer. */
const INTEGER_MAX = 2_147_483_647;

export async function uploadConfiguration(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    confirmed: true,
    form,
    schema: z.object({ file: z.instanceof(File) }),
    audit: ({ file }) => ({ action: "config.import", subject: null, detail: { bytes: file.size } }),
    async work({ container, text, language, session }, { file }) {
      const { payment, errors } = text;
      if (file.size === 0) return failed(payment.none);
      if (file.size > ADMIN_CONFIG_BYTES_MAX) return failed(payment.tooLarge);
      const upload = {
        content: new Uint8Array(await file.arrayBuffer()),
        actor: session.user.email,
        origin: file.name,
      };
      const result = await container.configuration?.upload(upload);
      if (result === undefined) return failed(errors.broken);
      if (result.kind === "refused") {
        return { ...failed(payment.refused), reasons: reasonsIn(result.reasons, language) };
      }
      const warnings = reasonsIn(result.warnings, language).map(({ field, text: said }) => ({
        label: payment.warnings,
        value: `${field} ${said}`,
      }));
      return done(`${payment.results[result.kind]} · ${result.merchantNumber}`, warnings);
    },
  });
}

/** The import records itself, in the same transaction. */
export async function revokeAccount(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    confirmed: true,
    form,
    schema: z.object({ account: z.string().min(1).max(64) }),
    audit: null,
    async work({ container, text, language, session }, { account }) {
      const words = configurationText(language);
      const isNew = await container.configuration?.revoke(account, session.user.email);
      if (isNew === undefined) return failed(text.errors.broken);
      return done(isNew ? words.revokeDone : words.revokedBefore);
    },
  });
}

/** A successful rollback is a version of its own; this records who tried, also when it failed. */
export async function rollBackConfiguration(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    confirmed: true,
    form,
    schema: z.object({ version: wholeNumber({ min: 1, max: INTEGER_MAX }) }),
    audit: ({ version }) => ({ action: "config.rollback", subject: null, detail: { version } }),
    async work({ container, text, language, session }, { version: to }) {
      const words = configurationText(language);
      const imported = await container.configuration?.rollBack(to, session.user.email);
      if (imported === undefined) return failed(text.errors.broken);
      if (imported.result === "unchanged") return done(words.unchanged);
      return done(fill(words.rolledBack, { version: imported.version, to }));
    },
  });
}
