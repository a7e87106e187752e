import type { ShownReason } from "#components/admin/action-state.ts";
import type { Language } from "#components/pay/text.ts";
import type { Reason } from "#lib/config/payment-config-schema.ts";

/** Why a configuration cannot be used, in the reader's language. */
export const reasonsIn = (reasons: readonly Reason[], language: Language): ShownReason[] =>
  reasons.map(({ path, words }) => ({ field: path, text: language === "en" ? words.en : words.zh }));
