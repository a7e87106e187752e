import { readPagePrefs } from "#lib/http/cookies.ts";
import { isPrefetchOrHead } from "#lib/http/fetch-metadata.ts";
import type { ShopperChoice } from "#lib/http/shopper.ts";
import { type Agent, type AgentHints, appNameOf, classifyVisitor } from "#lib/intelligence/index.ts";
import { chooseLanguage, isLanguage, type Language } from "#lib/texts/language.ts";
import type { PageContext } from "./context.ts";

export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who opened the page, how, and what the address asks for. */
export interface PayPageRequest {
  readonly agent: Agent;
  /** The app by name, where it is one that cannot pay. */
  readonly app: ReturnType<typeof appNameOf>;
  readonly language: Language;
  /** What the address asks for, over what the browser remembers. */
  readonly askedLanguage: Language | undefined;
  /** Large text and one thing to do, by the shopper's own choice. */
  readonly elder: boolean;
  /** Whether they may be remembered; nothing personal is used or shown without it. */
  readonly shopper: ShopperChoice;
  readonly nonce: string | undefined;
  readonly headers: Pick<Headers, "get">;
  readonly chosenWay: string | undefined;
  /** Back from WeChat's H5 cashier. */
  readonly returned: boolean;
  /** WeChat would not say who the shopper is; asking again by ourselves would never end. */
  readonly oauthFailed: boolean;
  /** The origin of the shop's own page over which this one opens, where it may; null: it stands by itself. */
  readonly embed: string | null;
  /** Nobody will pay on this answer: a HEAD, or a browser that fetches ahead. */
  readonly onlyLooking: boolean;
  /** The page has looked at its bridge already; it looks once. */
  readonly seen: boolean;
  /** A route of ours sent the shopper back with this trouble. */
  readonly trouble: string | undefined;
  /** What became of a promotion code, and of which promotion. */
  readonly codeAnswer: { readonly said: string; readonly of: string | undefined } | undefined;
  /** The address of an order's page with the choices of this visit kept, or changed. */
  readonly address: (orderId: string, change?: Readonly<Record<string, string | null>>) => string;
}

const KEPT = ["lang", "env", "by", "seen", "returned"] as const;
const ASKED_CHARS_MAX = 64;
const ORIGIN_CHARS_MAX = 280;

/** @param head of the request; the policy in it carries the nonce */
export function readPayPageRequest(
  search: SearchParams,
  context: Pick<PageContext, "sandbox" | "readShopper" | "embedOrigins">,
  head: Pick<Headers, "get">,
): PayPageRequest {
  const sandbox = context.sandbox !== null;
  const ask = (name: string): string | undefined => {
    const value = search[name];
    const charsMax = name === "embed" ? ORIGIN_CHARS_MAX : ASKED_CHARS_MAX;
    return typeof value === "string" && value.length <= charsMax ? value : undefined;
  };
  const embed = context.embedOrigins.find((origin) => origin === ask("embed")) ?? null;
  const kept = { ...Object.fromEntries(KEPT.map((name) => [name, ask(name)] as const)), embed };
  const prefs = readPagePrefs(head);
  const asked = ask("lang");
  const askedLanguage = isLanguage(asked) ? asked : undefined;
  return {
    agent:
      sandbox && embed === null && insideSandboxPhone(head, ask("env"))
        ? WECHAT_ON_A_PHONE
        : readAgent(head, ask("seen")),
    app: appNameOf(head.get("user-agent") ?? ""),
    language: chooseLanguage(askedLanguage ?? prefs.language, head.get("accept-language")),
    askedLanguage,
    elder: prefs.elder === true,
    shopper: context.readShopper(head),
    nonce: nonceOf(head),
    headers: head,
    chosenWay: ask("by"),
    returned: ask("returned") !== undefined,
    oauthFailed: ask("oauth") !== undefined,
    embed,
    onlyLooking: isPrefetchOrHead(head),
    seen: ask("seen") !== undefined,
    trouble: ask("trouble"),
    codeAnswer: codeAnswerOf(ask("code"), ask("of")),
    address: (orderId, change = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...kept, ...change })) if (value) query.set(name, value);
      const asked = query.toString();
      return `/pay/${encodeURIComponent(orderId)}${asked === "" ? "" : `?${asked}`}`;
    },
  };
}

const codeAnswerOf = (said: string | undefined, of: string | undefined): PayPageRequest["codeAnswer"] =>
  said === undefined ? undefined : { said, of };

/**
 * The sandbox's phone shows the page in a frame of a desktop browser, so there the address says what the agent cannot, or
 * the frame does, after a sign-in that led away and back.
 */
const insideSandboxPhone = (head: Pick<Headers, "get">, env: string | undefined): boolean =>
  env === "wechat" || head.get("sec-fetch-dest") === "iframe";

const WECHAT_ON_A_PHONE: Agent = {
  env: "wechat",
  form: "phone",
  os: "other",
  channel: "jsapi",
  alternatives: ["native"],
};

/** @param seen what the page's own look at its bridge found; see correct-script.ts */
function readAgent(head: Pick<Headers, "get">, seen?: string): Agent {
  const platform = head.get("sec-ch-ua-platform")?.replaceAll('"', "");
  const mobile = head.get("sec-ch-ua-mobile");
  const formFactors = head.get("sec-ch-ua-form-factors");
  const hints: AgentHints = {
    ...(mobile === "?1" || mobile === "?0" ? { mobile: mobile === "?1" } : {}),
    ...(platform ? { platform } : {}),
    ...(formFactors ? { formFactors } : {}),
    ...(seen === "wechat" || seen === "wechat_mini" ? { bridge: seen } : {}),
  };
  return classifyVisitor(head.get("user-agent") ?? "", hints);
}

/** The framework reads its nonce from the policy in the request's headers; our own lines use the same one. */
export const nonceOf = (head: Pick<Headers, "get">): string | undefined =>
  /'nonce-([^']+)'/.exec(head.get("content-security-policy") ?? "")?.[1];
