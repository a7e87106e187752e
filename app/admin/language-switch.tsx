import { FULL_LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { changeLanguage } from "./sign-in/actions.ts";

export function LanguageSwitch({ language }: { language: Language }) {
  return (
    <form action={changeLanguage} className="flex gap-3">
      {FULL_LANGUAGES.filter((each) => each !== language).map((other) => (
        <button
          key={other}
          type="submit"
          name="language"
          value={other}
          lang={other}
          className="min-h-11 cursor-pointer px-1 text-sm text-soft underline underline-offset-4"
        >
          {textsIn(other).about.name}
        </button>
      ))}
    </form>
  );
}
