import type { ShownReason } from "#components/admin/action-state.ts";
import type { Reason } from "#lib/config/payment-config-schema.ts";
import type { Language } from "#lib/texts/language.ts";

/** Why a configuration cannot be used, in the reader's language. */
export const reasonsIn = (reasons: readonly Reason[], language: Language): ShownReason[] =>
  reasons.map(({ path, words }) => ({ field: path, text: language === "en" ? words.en : words.zh }));
