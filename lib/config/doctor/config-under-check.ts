import path from "node:path";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import type { ConfiguredAccount } from "../accounts.ts";
import { NAMED_FILE_KEYS, type NamedFileKey, type NamedTexts, readNamedTexts, readText } from "../config-file.ts";
import { checkPaymentConfig, DEFAULT_API_BASE } from "../payment-config-schema.ts";

// A configuration as the doctor checks it: every text by its key in the file, valid or not.

/** Those that decide whether it is the active account. */
const DECISIVE = [
  "appid",
  "mch_id",
  "notify_url",
  "api_v3_key",
  "serial_no",
  "private_key",
  "wechatpay_public_key_id",
  "wechatpay_public_key",
  "api_key",
] as const;

const TEXT_KEYS = [...DECISIVE, "sign_type", "app_secret", "api_base", "oauth_base"] as const;
/** The texts of files that the configuration names. */
const NAMED = {
  private_key_path: "private_key",
  wechatpay_public_key_path: "wechatpay_public_key",
  cert_path: "cert",
  key_path: "key",
  api_ca_path: "api_ca",
} as const satisfies Record<NamedFileKey, string>;

export type ConfigTextKey = (typeof TEXT_KEYS)[number] | (typeof NAMED)[keyof typeof NAMED];

export interface ConfigUnderCheck {
  readonly origin: "file" | "account";
  readonly texts: Partial<Readonly<Record<ConfigTextKey, string>>>;
  /** Why the file would be refused, by key; `file` if it is about no single key. */
  readonly problems: readonly ConfigTextProblem[];
}

interface ConfigTextProblem {
  readonly key: string;
  readonly problem: Sentence;
}

/** @returns null when there is no such file */
export async function readConfigUnderCheck(file: string): Promise<ConfigUnderCheck | null> {
  const reading = await readText(file);
  if (reading.kind === "absent") return null;
  const nothing = { origin: "file", texts: {} } as const;
  const about = (problem: Sentence): ConfigTextProblem[] => [{ key: "file", problem }];
  if (reading.kind === "unreadable") return { ...nothing, problems: about(reading.why) };
  const json = parse(reading.text);
  if (json === null) return { ...nothing, problems: about(say("mustBeJsonObject")) };
  const named = await readNamedTexts(json, path.dirname(file));
  const unreadable = Object.entries(named.problems).map(([key, problem]) => ({ key, problem }));
  const checked = checkPaymentConfig(json);
  const problems = checked.ok ? [] : checked.reasons.map(({ path: key, sentence }) => ({ key, problem: sentence }));
  const own = TEXT_KEYS.flatMap((key) => (typeof json[key] === "string" ? [[key, json[key]] as const] : []));
  return {
    origin: "file",
    texts: { ...textsByRole(named), ...Object.fromEntries(own) },
    problems: [...problems, ...unreadable],
  };
}

const textsByRole = ({ texts }: NamedTexts): ConfigUnderCheck["texts"] =>
  Object.fromEntries(NAMED_FILE_KEYS.flatMap((key) => (texts[key] === undefined ? [] : [[NAMED[key], texts[key]]])));

function parse(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The configuration of the active account, which was valid when it was imported. */
export function configOfAccount(account: ConfiguredAccount): ConfigUnderCheck {
  const { v2 } = account;
  const v3 = account.protocol === "v3" ? account : null;
  const texts: Record<ConfigTextKey, string | null | undefined> = {
    appid: account.appId,
    mch_id: account.merchantNumber,
    notify_url: account.notifyUrl,
    api_v3_key: v3?.apiV3Key.reveal(),
    serial_no: v3?.serialNo,
    private_key: v3?.privateKeyPem.reveal(),
    wechatpay_public_key_id: v3?.publicKeyId,
    wechatpay_public_key: v3?.publicKeyPem,
    api_key: v2?.apiKey.reveal(),
    sign_type: v2?.signType,
    app_secret: account.appSecret?.reveal(),
    api_base: account.apiBase,
    oauth_base: account.oauthBase,
    cert: v2?.certificatePem,
    key: v2?.keyPem?.reveal(),
    api_ca: account.apiCaPem,
  };
  const held = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { origin: "account", texts: Object.fromEntries(held), problems: [] };
}

export const apiBaseOf = ({ texts }: ConfigUnderCheck): string => {
  const base = URL.parse(texts.api_base ?? DEFAULT_API_BASE);
  return (base ?? new URL(DEFAULT_API_BASE)).origin;
};

/** Whether this configuration has the same content as the active account. */
export function isActiveConfig(config: ConfigUnderCheck, account: ConfiguredAccount): boolean {
  const held = configOfAccount(account).texts;
  const sameBase = apiBaseOf(config) === account.apiBase;
  return sameBase && DECISIVE.every((key) => config.texts[key] === held[key]);
}
