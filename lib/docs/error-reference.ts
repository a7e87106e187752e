import { ERROR_CATALOGUE } from "#lib/base/app-error.ts";
import { type Language, textsIn } from "#lib/texts/language.ts";

export interface ErrorEntry {
  readonly code: string;
  readonly status: number;
  readonly cause: string;
  readonly cure: string;
  /** Whether the same request may be sent again. */
  readonly retry: boolean;
}

/** Every error that a caller can meet, by status. Their words are complete by their type (lib/texts). */
export function errorEntries(language: Language): ErrorEntry[] {
  const { codes } = textsIn(language).errors;
  return Object.entries(codes)
    .map(([code, words]) => ({ code, ...words, ...ERROR_CATALOGUE[code as keyof typeof codes] }))
    .sort((one, other) => one.status - other.status);
}

/** The part of the guide to errors that is made from the catalogue, as Markdown. */
export function errorReference(language: Language): string {
  const { cause, cure, again, notAgain, status } = textsIn(language).errors;
  return errorEntries(language)
    .map((entry) =>
      [
        `### \`${entry.code}\``,
        `${status} ${entry.status}, ${entry.retry ? again : notAgain}`,
        `**${cause}**: ${entry.cause}`,
        `**${cure}**: ${entry.cure}`,
      ].join("\n\n"),
    )
    .join("\n\n");
}
