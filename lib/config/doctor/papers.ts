import path from "node:path";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import type { ConfiguredAccount } from "../accounts.ts";
import { readText } from "../config-text.ts";
import { checkPaymentConfig, DEFAULT_API_BASE } from "../payment-config-schema.ts";

// A configuration as the doctor looks at it: every text by the name it has in the file, sound or not.

const TEXT_KEYS = [
  "appid",
  "mch_id",
  "notify_url",
  "api_v3_key",
  "serial_no",
  "private_key",
  "wechatpay_public_key_id",
  "wechatpay_public_key",
  "api_key",
  "sign_type",
  "app_secret",
  "api_base",
  "oauth_base",
] as const;
/** The texts of files that the configuration names. */
const NAMED = {
  private_key_path: "private_key",
  wechatpay_public_key_path: "wechatpay_public_key",
  cert_path: "cert",
  key_path: "key",
  api_ca_path: "api_ca",
} as const;

export type PaperKey = (typeof TEXT_KEYS)[number] | (typeof NAMED)[keyof typeof NAMED];

export interface Papers {
  readonly origin: "file" | "account";
  readonly texts: Partial<Readonly<Record<PaperKey, string>>>;
  /** What a reader of the file would refuse it for, by key; `file` where no key is to blame. */
  readonly problems: readonly PaperProblem[];
}

interface PaperProblem {
  readonly key: string;
  readonly problem: Sentence;
}

/** @returns null when there is no such file */
export async function readPapers(file: string): Promise<Papers | null> {
  const reading = await readText(file);
  if (reading.kind === "absent") return null;
  const nothing = { origin: "file", texts: {} } as const;
  const about = (problem: Sentence): PaperProblem[] => [{ key: "file", problem }];
  if (reading.kind === "unreadable") return { ...nothing, problems: about(reading.why) };
  const json = parse(reading.text);
  if (json === null) return { ...nothing, problems: about(say("mustBeJsonObject")) };
  const named = await readNamed(json, path.dirname(file));
  const checked = checkPaymentConfig(json);
  const problems = checked.ok ? [] : checked.reasons.map(({ path: key, sentence }) => ({ key, problem: sentence }));
  const own = TEXT_KEYS.flatMap((key) => (typeof json[key] === "string" ? [[key, json[key]] as const] : []));
  return {
    origin: "file",
    texts: { ...named.texts, ...Object.fromEntries(own) },
    problems: [...problems, ...named.problems],
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

async function readNamed(json: Record<string, unknown>, folder: string) {
  const texts: Partial<Record<PaperKey, string>> = {};
  const problems: PaperProblem[] = [];
  for (const [key, paper] of Object.entries(NAMED)) {
    const name = json[key];
    if (typeof name !== "string" || name === "") continue;
    const reading = await readText(path.resolve(folder, name));
    if (reading.kind === "text") texts[paper] = reading.text;
    else problems.push({ key, problem: reading.kind === "absent" ? say("fileMissing") : reading.why });
  }
  return { texts, problems };
}

/** The papers of an account that is in force: it was sound when it was imported. */
export function papersOf(account: ConfiguredAccount): Papers {
  const { v2 } = account;
  const v3 = account.protocol === "v3" ? account : null;
  const texts: Record<PaperKey, string | null | undefined> = {
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

export const apiBaseOf = ({ texts }: Papers): string => {
  const base = URL.parse(texts.api_base ?? DEFAULT_API_BASE);
  return (base ?? new URL(DEFAULT_API_BASE)).origin;
};

/** Whether these papers say what the account in force holds. */
export function isInForce(papers: Papers, account: ConfiguredAccount): boolean {
  const held = papersOf(account).texts;
  const sameBase = apiBaseOf(papers) === account.apiBase;
  return sameBase && DECISIVE.every((key) => papers.texts[key] === held[key]);
}

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
