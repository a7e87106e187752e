import { PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { withForm } from "#lib/http/read-request.ts";
import { isLanguage } from "#lib/texts/language.ts";
import { openPageContext } from "./context.ts";

/** Remembers the language or the size that a form names. @param back the answer, given the language that was chosen */
export const keepDisplay = (request: Request, back: (language: string | null) => Response): Promise<Response> =>
  withForm(request, PAGE_BODY_BYTES_MAX, async (form) => {
    const context = await openPageContext();
    const language = form.get("lang");
    const size = form.get("size");
    const cookies = context.prefsCookies({
      ...readPagePrefs(request.headers),
      ...(isLanguage(language) ? { language } : {}),
      ...(size === null ? {} : { elder: size === "elder" }),
    });
    const answer = back(typeof language === "string" ? language : null);
    for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
    return answer;
  });
