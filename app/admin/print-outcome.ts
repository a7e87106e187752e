import "server-only";
import type { PrintOutcome } from "#lib/printing/index.ts";
import { findPrinter } from "#lib/storage/printing/printers.ts";
import { printingText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";

/** What became of a print by hand, in words, with what to do. */
export async function printOutcome(
  pool: Parameters<typeof findPrinter>[0],
  { status, printerId }: PrintOutcome & { readonly printerId: string },
  language: Language,
): Promise<{ readonly message: string; readonly isWell: boolean }> {
  const { told } = printingText(language);
  if (status === "printed") return { message: told.printed, isWell: true };
  if (status === "unknown" || status === "cancelled") return { message: told[status], isWell: false };
  const trouble = troubleWords((await findPrinter(pool, printerId))?.trouble ?? null, language);
  if (trouble === null) return { message: told.busy, isWell: true };
  return { message: fill(told.waiting, { trouble }), isWell: false };
}

/** What keeps a printer from printing, and what to do; null where nothing does. */
export function troubleWords(trouble: string | null, language: Language): string | null {
  const words: Readonly<Record<string, string>> = printingText(language).troubles;
  return trouble === null ? null : (words[trouble] ?? trouble);
}
