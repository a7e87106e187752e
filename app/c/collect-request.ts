import { codeKey } from "#lib/base/promotion-code.ts";
import { readCookie, readPagePrefs } from "#lib/http/cookies.ts";
import { appNameOf } from "#lib/intelligence/index.ts";
import { type CollectTrouble, isTrouble } from "#lib/texts/collect.ts";
import { chooseLanguage, type Language } from "#lib/texts/language.ts";
import { nonceOf, type SearchParams } from "../pay/page-request.ts";

/** Who opened a code's page, and what was wrong with what they sent before. */
export interface CollectRequest {
  readonly language: Language;
  /** Large text, by the shopper's own choice. */
  readonly elder: boolean;
  /** The app by name, where it is one that cannot pay with WeChat. */
  readonly app: ReturnType<typeof appNameOf>;
  readonly nonce: string | undefined;
  readonly trouble: CollectTrouble | null;
  /** A promotion code that the printed code brought along; the order gets it once it is made. */
  readonly promo: string | null;
  readonly typed: TypedForm;
  /** The address of this page or of one below it, with the choices of this visit kept, or changed. */
  readonly address: (path: string, change?: Readonly<Record<string, string | null>>) => string;
}

export interface TypedForm {
  readonly amount: string;
  readonly note: string;
}

/** Chosen for a visit, and kept all the way to the pay page: the language, and that the sandbox's phone shows it. */
export const KEPT = ["lang", "env"] as const;
/** Kept on the code's own pages: a promotion code. */
export const PROMO = "promo";

/** What was typed, for the page that says what is wrong with it. Not in the address, since a note is private. */
export const TYPED_COOKIE = "lingfu_collect";
export const TYPED_LIFE_S = 120;
const NOTHING: TypedForm = { amount: "", note: "" };

/** @param head of the request; the policy in it carries the nonce */
export function readCollectRequest(search: SearchParams, head: Pick<Headers, "get">): CollectRequest {
  const ask = (name: string): string | undefined => {
    const value = search[name];
    return typeof value === "string" && value.length <= 64 ? value : undefined;
  };
  const kept = Object.fromEntries([...KEPT, PROMO].map((name) => [name, ask(name)] as const));
  const prefs = readPagePrefs(head);
  const said = ask("trouble");
  const trouble = isTrouble(said) ? said : null;
  return {
    language: chooseLanguage(ask("lang") ?? prefs.language, head.get("accept-language")),
    elder: prefs.elder === true,
    app: appNameOf(head.get("user-agent") ?? ""),
    nonce: nonceOf(head),
    trouble,
    promo: promoOf(ask(PROMO)),
    typed: trouble === null ? NOTHING : readTyped(readCookie({ headers: head }, TYPED_COOKIE)),
    address: (path, change = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...kept, ...change })) if (value) query.set(name, value);
      return query.size === 0 ? path : `${path}?${query}`;
    },
  };
}

/** Null for what is no code. */
export const promoOf = (asked: string | null | undefined): string | null =>
  asked == null || codeKey(asked) === "" || /\p{Cc}/u.test(asked) ? null : asked;

const CHARS_MAX = 200;

export const writeTyped = ({ amount, note }: TypedForm): string =>
  Buffer.from(JSON.stringify([amount.slice(0, CHARS_MAX), note.slice(0, CHARS_MAX)])).toString("base64url");

function readTyped(cookie: string | null): TypedForm {
  try {
    const [amount, note]: unknown[] = JSON.parse(Buffer.from(cookie ?? "", "base64url").toString());
    if (typeof amount !== "string" || typeof note !== "string") return NOTHING;
    return { amount: amount.slice(0, CHARS_MAX), note: note.slice(0, CHARS_MAX) };
  } catch {
    return NOTHING;
  }
}
