import type { Language } from "#lib/texts/language.ts";
import { changeLanguage } from "./sign-in/actions.ts";

export function LanguageSwitch({ label, language }: { label: string; language: Language }) {
  const other: Language = language === "en" ? "zh-CN" : "en";
  return (
    <form action={changeLanguage}>
      <input type="hidden" name="language" value={other} />
      <button
        type="submit"
        lang={other}
        className="min-h-11 cursor-pointer px-1 text-sm text-soft underline underline-offset-4"
      >
        {label}
      </button>
    </form>
  );
}
