"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { ADMIN_CONFIG_BYTES_MAX } from "#lib/base/limits.ts";
import { done, failed, perform } from "../../perform.ts";

const inLanguage = ({ zh, en }: { zh: string; en: string }, language: string): string => (language === "en" ? en : zh);

export async function uploadConfiguration(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: "config.write",
    form,
    schema: z.object({ file: z.instanceof(File) }),
    deed: ({ file }) => ({ action: "config.import", subject: null, detail: { bytes: file.size } }),
    async work({ container, text, language, session }, { file }) {
      const { payment, errors } = text;
      if (file.size === 0) return failed(payment.none);
      if (file.size > ADMIN_CONFIG_BYTES_MAX) return failed(payment.tooLarge);
      const upload = { text: await file.text(), actor: session.user.email, origin: file.name };
      const result = await container.configuration?.upload(upload);
      if (result === undefined) return failed(errors.broken);
      if (result.kind === "refused") {
        const shown = result.reasons.map(({ path, words }) => ({ label: path, value: inLanguage(words, language) }));
        return { ...failed(payment.refused), shown };
      }
      const warnings = result.warnings.map((value) => ({ label: payment.warnings, value }));
      return done(`${payment.results[result.kind]} · ${result.merchantNumber}`, warnings);
    },
  });
}
