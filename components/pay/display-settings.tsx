import { type Language, textsIn } from "#lib/texts/language.ts";
import type { PayText } from "#lib/texts/pay.ts";

interface DisplaySettingsProps {
  readonly words: Pick<PayText, "display" | "elderOn" | "elderOff">;
  readonly shown: { readonly language: Language; readonly languages: readonly Language[]; readonly elder: boolean };
  /** Takes `lang` and `size` by a plain form. */
  readonly displayUrl: string;
}

const CHOICE = "min-h-11 cursor-pointer px-2 py-2";

/** Size and language, by the shopper's own choice; works before any script. */
export const DisplaySettings = ({ words, shown, displayUrl }: DisplaySettingsProps) => (
  <form
    method="post"
    action={displayUrl}
    aria-label={words.display}
    className="-mr-2 flex shrink-0 items-center text-soft"
    data-testid="display"
  >
    <button type="submit" name="size" value={shown.elder ? "standard" : "elder"} className={CHOICE}>
      {shown.elder ? words.elderOff : words.elderOn}
    </button>
    {shown.languages
      .filter((language) => language !== shown.language)
      .map((language) => (
        <button key={language} type="submit" name="lang" value={language} lang={language} className={CHOICE}>
          {textsIn(language).about.script}
        </button>
      ))}
  </form>
);
