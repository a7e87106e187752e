import type { ShownReason } from "#components/admin/action-state.ts";
import { type Reason, WHOLE_FILE } from "#lib/config/payment-config-schema.ts";
import { configurationText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";

/** What is wrong with a configuration, in the reader's language. */
export const reasonsIn = (reasons: readonly Reason[], language: Language): ShownReason[] =>
  reasons.map(({ path, sentence }) => ({
    field: path === WHOLE_FILE ? configurationText(language).file : path,
    text: wordSentence(sentence, language),
  }));
