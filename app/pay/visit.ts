import { headers } from "next/headers";
import { chooseLanguage, type Language } from "#components/pay/text.ts";
import { type Agent, classifyVisitor } from "#lib/intelligence/index.ts";

export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who opened the page, how, and what the address asks for. */
export interface Visit {
  readonly agent: Agent;
  readonly language: Language;
  readonly nonce: string | undefined;
  readonly headers: Pick<Headers, "get">;
  readonly chosenWay: string | undefined;
  /** Back from WeChat's H5 cashier. */
  readonly returned: boolean;
  /** WeChat would not say who the shopper is; asking again by ourselves would never end. */
  readonly oauthFailed: boolean;
  /** A route of ours sent the shopper back with this trouble. */
  readonly trouble: string | undefined;
  /** The address of an order's page with the choices of this visit kept, or changed. */
  readonly address: (orderId: string, change?: Readonly<Record<string, string | null>>) => string;
}

const KEPT = ["lang", "env", "by", "returned"] as const;

export async function readVisit(search: SearchParams, { sandbox }: { sandbox: boolean }): Promise<Visit> {
  const head = await headers();
  const ask = (name: string): string | undefined => {
    const value = search[name];
    return typeof value === "string" && value.length <= 64 ? value : undefined;
  };
  const kept = Object.fromEntries(KEPT.map((name) => [name, ask(name)] as const));
  return {
    agent: sandbox && insideSandboxPhone(head, ask("env")) ? WECHAT_ON_A_PHONE : readAgent(head),
    language: chooseLanguage(ask("lang"), head.get("accept-language")),
    nonce: nonceOf(head),
    headers: head,
    chosenWay: ask("by"),
    returned: ask("returned") !== undefined,
    oauthFailed: ask("oauth") !== undefined,
    trouble: ask("trouble"),
    address: (orderId, change = {}) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...kept, ...change })) if (value) query.set(name, value);
      const asked = query.toString();
      return `/pay/${encodeURIComponent(orderId)}${asked === "" ? "" : `?${asked}`}`;
    },
  };
}

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

export function readAgent(head: Pick<Headers, "get">): Agent {
  const platform = head.get("sec-ch-ua-platform")?.replaceAll('"', "");
  const mobile = head.get("sec-ch-ua-mobile");
  const formFactors = head.get("sec-ch-ua-form-factors");
  return classifyVisitor(head.get("user-agent") ?? "", {
    ...(mobile === "?1" || mobile === "?0" ? { mobile: mobile === "?1" } : {}),
    ...(platform ? { platform } : {}),
    ...(formFactors ? { formFactors } : {}),
  });
}

/** The framework reads its nonce from the policy in the request's headers; our own lines use the same one. */
const nonceOf = (head: Pick<Headers, "get">): string | undefined =>
  /'nonce-([^']+)'/.exec(head.get("content-security-policy") ?? "")?.[1];
