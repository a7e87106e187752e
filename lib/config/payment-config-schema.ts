import { bareHost, INNER_NETWORKS, isInside, isLoopbackHost, readAddress } from "#lib/base/networks.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { type PaymentConfigFields, paymentConfigFields, sentenceIn } from "./payment-config-fields.ts";
import { pemProblem } from "./pem.ts";

export type { PaymentConfigFields } from "./payment-config-fields.ts";
export const DEFAULT_API_BASE = "https://api.mch.weixin.qq.com";

/** Why a configuration cannot be used: one reason of one key. */
export interface Reason {
  /** The key in the file; {@link WHOLE_FILE} if it is about no single key. */
  readonly path: string;
  readonly sentence: Sentence;
}

export const WHOLE_FILE = "the file";

/** For logs and the command line, which are in English. */
export const reasonLine = ({ path, sentence }: Reason): string => `${path} ${wordSentence(sentence, "en")}`;

export type PaymentConfigReading =
  | { readonly ok: true; readonly config: PaymentConfigFields }
  | { readonly ok: false; readonly problems: readonly string[]; readonly reasons: readonly Reason[] };

export type Complain = (path: string, sentence: Sentence) => void;

/** Every reason once, in the order in which it was found. */
export function reasonList(): { readonly complain: Complain; readonly reasons: readonly Reason[] } {
  const reasons: Reason[] = [];
  const complain: Complain = (path, sentence) => {
    const reason = { path, sentence };
    if (!reasons.some((known) => reasonLine(known) === reasonLine(reason))) reasons.push(reason);
  };
  return { complain, reasons };
}

/** The fields, each checked by itself and with the others: every reason at once. Paths are not followed here. */
export function checkPaymentConfig(json: unknown): PaymentConfigReading {
  const { complain, reasons } = reasonList();
  const parsed = paymentConfigFields.safeParse(json);
  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") complain(path || WHOLE_FILE, sentenceIn(issue.message));
    else for (const key of issue.keys) complain(path ? `${path}.${key}` : key, say("unknownKey"));
  }
  const texts = textsOf(json);
  if (texts !== null) {
    for (const check of [checkNumbers, checkAddresses, checkCredentials, checkPairs, checkPems, checkExtraMoney])
      check(texts, complain);
  }
  if (parsed.success && reasons.length === 0) return { ok: true, config: parsed.data };
  return { ok: false, problems: reasons.map(reasonLine), reasons };
}

export type ConfigTexts = Partial<Record<keyof PaymentConfigFields, string | undefined>>;

/** The values that are texts; numbers are converted, since only their presence matters here. */
export function textsOf(json: unknown): ConfigTexts | null {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return null;
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" ? [[key, String(value)]] : [],
    ),
  );
}

function checkNumbers(config: ConfigTexts, complain: Complain): void {
  if (usesLoopback(config)) return;
  if (config.appid !== undefined && !/^wx[0-9a-zA-Z]{16}$/.test(config.appid)) complain("appid", say("mustBeAppId"));
  if (config.mch_id !== undefined && !/^[0-9]{8,10}$/.test(config.mch_id))
    complain("mch_id", say("mustBeMerchantNumber"));
}

function checkAddresses(config: ConfigTexts, complain: Complain): void {
  const local = usesLoopback(config);
  for (const key of ["api_base", "oauth_base"] as const) {
    const address = URL.parse(config[key] ?? "");
    if (address === null) continue;
    const isFine = address.protocol === "https:" || (local && address.protocol === "http:" && isLoopback(address));
    if (!isFine) complain(key, say("mustBeHttps"));
  }
  if (config.api_ca_path !== undefined && !local) {
    complain("api_ca_path", say("onlyForLocalSandbox"));
  }
  const notify = URL.parse(config.notify_url ?? "");
  if (notify === null) return;
  if (notify.search !== "") complain("notify_url", say("mustHaveNoQuery"));
  if (notify.hash !== "") complain("notify_url", say("mustHaveNoFragment"));
  if (notify.username !== "" || notify.password !== "") complain("notify_url", say("mustHaveNoUser"));
  if (local) {
    if (!/^https?:$/.test(notify.protocol)) complain("notify_url", say("mustBeHttp"));
    return;
  }
  if (notify.protocol !== "https:") complain("notify_url", say("mustBeHttps"));
  if (!isPublic(notify)) complain("notify_url", say("mustBePublic"));
}

export function usesLoopback(config: { readonly api_base?: string | undefined }): boolean {
  const address = URL.parse(config.api_base ?? "");
  return address !== null && isLoopback(address);
}

const V3_KEYS = ["api_v3_key", "serial_no", "private_key"] as const;
const V3_ALL = [
  ...V3_KEYS,
  "private_key_path",
  "wechatpay_public_key_id",
  "wechatpay_public_key",
  "wechatpay_public_key_path",
] as const;

export const hasV3 = (config: Partial<Record<keyof PaymentConfigFields, unknown>>): boolean =>
  V3_ALL.some((key) => config[key] !== undefined);

function checkCredentials(config: ConfigTexts, complain: Complain): void {
  if (hasV3(config)) {
    for (const key of V3_KEYS) {
      const there = config[key] ?? (key === "private_key" ? config.private_key_path : undefined);
      if (there === undefined) complain(key, say("missingForV3"));
    }
  } else if (config.api_key === undefined) {
    complain("api_v3_key", say("missingCredentials"));
  }
  if (config.sign_type !== undefined && config.api_key === undefined) {
    complain("api_key", say("missingForSignType"));
  }
}

function checkPairs(config: ConfigTexts, complain: Complain): void {
  const eitherOr = [
    ["private_key", "private_key_path"],
    ["wechatpay_public_key", "wechatpay_public_key_path"],
  ] as const;
  for (const [inline, path] of eitherOr) {
    if (config[inline] !== undefined && config[path] !== undefined) complain(path, say("givenTwice", { key: inline }));
  }
  const hasPublicKey = (config.wechatpay_public_key ?? config.wechatpay_public_key_path) !== undefined;
  if (hasPublicKey && config.wechatpay_public_key_id === undefined) {
    complain("wechatpay_public_key_id", say("missingPublicKeyId"));
  }
  if (!hasPublicKey && config.wechatpay_public_key_id !== undefined) {
    complain("wechatpay_public_key", say("missingPublicKey"));
  }
  if (config.cert_path !== undefined && config.key_path === undefined)
    complain("key_path", say("missingWith", { key: "cert_path" }));
  if (config.key_path !== undefined && config.cert_path === undefined)
    complain("cert_path", say("missingWith", { key: "key_path" }));
}

function checkPems(config: ConfigTexts, complain: Complain): void {
  const roles = { private_key: "private_key", wechatpay_public_key: "public_key" } as const;
  for (const key of ["private_key", "wechatpay_public_key"] as const) {
    const problem = config[key] === undefined ? null : pemProblem(config[key], roles[key]);
    if (problem !== null) complain(key, problem);
  }
}

function checkExtraMoney(config: ConfigTexts, complain: Complain): void {
  if (config.extra_money_delay_s === undefined || config.extra_money_policy === "automatic") return;
  complain("extra_money_delay_s", say("delayWithoutPolicy"));
}

// Where a configured address may point. Names are judged by their form: nothing is looked up at start.

export const isLoopback = (url: URL): boolean => isLoopbackHost(url.hostname);

/** Whether WeChat's servers could reach it, judged by its form. */
export function isPublic(url: URL): boolean {
  const host = bareHost(url.hostname);
  if (readAddress(host) !== null) return !isInside(host, INNER_NETWORKS);
  return host.includes(".") && !/(^|\.)(localhost|local|internal|lan|home)$/i.test(host);
}
