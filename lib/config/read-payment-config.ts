import { createHash } from "node:crypto";
import path from "node:path";
import { EXTRA_MONEY_DELAY_S_DEFAULT } from "#lib/base/limits.ts";
import type { Scene } from "#lib/contract/scene.ts";
import type { ConfigSettings } from "#lib/storage/configuration/config-versions.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import {
  CONFIG_FILE_BYTES_MAX,
  decodeText,
  NAMED_FILE_KEYS,
  type NamedFileKey,
  type NamedTexts,
  readNamedTexts,
  readText,
} from "./config-file.ts";
import {
  type ConfigTexts,
  checkPaymentConfig,
  DEFAULT_API_BASE,
  hasV3,
  type PaymentConfigFields,
  type Reason,
  reasonLine,
  reasonList,
  textsOf,
  usesLoopback,
} from "./payment-config-schema.ts";
import { type PemRole, pemProblem, publicHalf, serialOf } from "./pem.ts";

/** The credentials of one account as they are sealed: the content of the file and of the files that it names. */
export interface SealedCredentials {
  readonly appId: string;
  readonly merchantNumber: string;
  readonly notifyUrl: string;
  readonly apiBase: string;
  /** null: WeChat's own two hosts. */
  readonly oauthBase: string | null;
  /** A certificate authority trusted for `apiBase`; only for an address on this machine. */
  readonly apiCaPem?: string;
  readonly appSecret: string | null;
  readonly v3: {
    readonly apiV3Key: string;
    readonly serialNo: string;
    readonly privateKeyPem: string;
    readonly publicKeyId: string | null;
    readonly publicKeyPem: string | null;
  } | null;
  readonly v2: {
    readonly apiKey: string;
    readonly signType: "MD5" | "HMAC-SHA256";
    /** The merchant's client certificate, which refunds take. */
    readonly certificatePem: string | null;
    readonly keyPem: string | null;
  } | null;
}

/** What else a merchant declares of the shop; what is null here stays as it was. */
interface MerchantProfile {
  readonly industry: Scene | null;
  readonly brand: {
    readonly name?: string | undefined;
    readonly logoUrl?: string | undefined;
    readonly color?: string | undefined;
  } | null;
}

export type ConfigReading =
  | { readonly kind: "absent" }
  /** `mark` is a digest that differs between two states of the file. */
  | {
      readonly kind: "invalid";
      /** A line each, beginning with its key. */
      readonly problems: readonly string[];
      readonly reasons: readonly Reason[];
      readonly mark: string;
    }
  | {
      readonly kind: "valid";
      readonly credentials: SealedCredentials;
      readonly settings: ConfigSettings & { readonly profile: MerchantProfile };
      readonly warnings: readonly Reason[];
      readonly mark: string;
    };

export type UploadedReading = Exclude<ConfigReading, { kind: "absent" }>;

/** Reads and checks a `payment_config.json`; paths in it are relative to it. Every problem begins with its key. */
export async function readPaymentConfig(file: string): Promise<ConfigReading> {
  const reading = await readText(file);
  if (reading.kind === "absent") return { kind: "absent" };
  const name = path.basename(file);
  if (reading.kind === "unreadable") return invalid(aboutFile(name, reading.why));
  return checkText(reading.text, {
    name,
    readNamed: (json) => readNamedFiles(textsOf(json) ?? {}, path.dirname(file)),
  });
}

/**
 * Checks a `payment_config.json` that was uploaded from another machine. A path in it would name a file of this server, so
 * no path is followed: the text is parsed once, and that result is both checked and used.
 */
export async function readUploadedConfig(content: Uint8Array): Promise<UploadedReading> {
  const name = "payment_config.json";
  if (content.length === 0) return invalid(aboutFile(name, say("emptyFile")));
  if (content.length > CONFIG_FILE_BYTES_MAX) return invalid(aboutFile(name, say("tooLarge")));
  return checkText(decodeText(content), { name, readNamed: async (json) => refuseNamedFiles(json) });
}

/**
 * Checks a configuration that was put together in the dashboard. The certificate and its key, which a file would name by their paths,
 * come with it; API v2 alone takes them.
 */
export function readAssembledConfig({ fields, cert, key }: AssembledConfig): Promise<UploadedReading> {
  const texts = cert === undefined || key === undefined ? {} : { cert_path: cert, key_path: key };
  const readNamed = async (json: unknown) => checkNamedTexts(textsOf(json) ?? {}, { texts, problems: {} });
  return checkText(JSON.stringify(fields), { name: "payment_config.json", readNamed });
}

export interface AssembledConfig {
  readonly fields: Readonly<Record<string, string>>;
  readonly cert?: string;
  readonly key?: string;
}

interface NamedConfigText {
  readonly name: string;
  readonly readNamed: (json: unknown) => Promise<NamedFiles>;
}

async function checkText(text: string, { name, readNamed }: NamedConfigText): Promise<UploadedReading> {
  // One was taken off already.
  if (text.startsWith("\uFEFF")) return invalid(aboutFile(name, say("twoByteOrderMarks")), text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which holds keys.
    return invalid(aboutFile(name, say("notJson")), text);
  }
  const checked = checkPaymentConfig(json);
  // Named files are read all the same, so that all problems are reported at once.
  const named = await readNamed(json);
  const reasons = [...(checked.ok ? [] : checked.reasons), ...named.reasons];
  if (!checked.ok || reasons.length > 0) return invalid(reasons, text);
  const { config } = checked;
  const credentials = credentialsOf(config, named.texts);
  const settings = {
    merchantName: config.merchant_name ?? null,
    profile: profileOf(config),
    extraMoney: extraMoneyOf(config),
  };
  const mark = markOf(JSON.stringify({ credentials, settings }));
  return { kind: "valid", credentials, settings, warnings: warningsOf(config, named.texts), mark };
}

function aboutFile(name: string, sentence: Sentence): readonly Reason[] {
  const { complain, reasons } = reasonList();
  complain(name, sentence);
  return reasons;
}

function extraMoneyOf(config: PaymentConfigFields): ConfigSettings["extraMoney"] {
  if (config.extra_money_policy !== "automatic") return { kind: "manual" };
  return { kind: "automatic", delayS: config.extra_money_delay_s ?? EXTRA_MONEY_DELAY_S_DEFAULT };
}

function profileOf({ industry, brand }: PaymentConfigFields): MerchantProfile {
  if (brand === undefined) return { industry: industry ?? null, brand: null };
  const { name, logo_url: logoUrl, color } = brand;
  return { industry: industry ?? null, brand: { name, logoUrl, color } };
}

const markOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

function invalid(reasons: readonly Reason[], text = ""): UploadedReading {
  const problems = reasons.map(reasonLine);
  return { kind: "invalid", problems, reasons, mark: markOf(JSON.stringify([problems, text])) };
}

const ROLES = {
  private_key_path: "private_key",
  wechatpay_public_key_path: "public_key",
  cert_path: "certificate",
  key_path: "private_key",
  api_ca_path: "certificate",
} as const satisfies Record<NamedFileKey, PemRole>;

interface NamedFiles {
  readonly reasons: readonly Reason[];
  readonly texts: NamedTexts["texts"];
}

/** Refuses every key that may name a file, with any value. */
function refuseNamedFiles(json: unknown): NamedFiles {
  const { complain, reasons } = reasonList();
  for (const key of Object.keys(Object(json))) {
    if (key.endsWith("_path")) complain(key, say("fileNotFollowed"));
  }
  return { reasons, texts: {} };
}

const readNamedFiles = async (config: ConfigTexts, folder: string): Promise<NamedFiles> =>
  checkNamedTexts(config, await readNamedTexts(config, folder));

function checkNamedTexts(config: ConfigTexts, { texts, problems }: NamedTexts): NamedFiles {
  const { complain, reasons } = reasonList();
  for (const key of NAMED_FILE_KEYS) {
    const text = texts[key];
    const problem = text === undefined ? problems[key] : pemProblem(text, ROLES[key]);
    if (problem != null) complain(key, problem);
  }
  const [cert, key] = [publicHalf(texts.cert_path), publicHalf(texts.key_path)];
  if (cert !== null && key !== null && cert !== key) complain("cert_path", say("certificateKeyMismatch"));
  const own = publicHalf(config.private_key ?? texts.private_key_path);
  const theirs = publicHalf(config.wechatpay_public_key ?? texts.wechatpay_public_key_path);
  if (own !== null && own === theirs) {
    const at = config.wechatpay_public_key === undefined ? "wechatpay_public_key_path" : "wechatpay_public_key";
    complain(at, say("ownPublicKey"));
  }
  return { reasons, texts };
}

/** The stronger type if none is configured. Requests name it, and WeChat signs a trade's notices with the type it was opened with. */
const DEFAULT_SIGN_TYPE = "HMAC-SHA256";

function credentialsOf(config: PaymentConfigFields, files: NamedTexts["texts"]): SealedCredentials {
  const privateKeyPem = config.private_key ?? files.private_key_path ?? "";
  const publicKeyPem = config.wechatpay_public_key ?? files.wechatpay_public_key_path ?? null;
  return {
    appId: config.appid,
    merchantNumber: config.mch_id,
    notifyUrl: config.notify_url,
    apiBase: new URL(config.api_base ?? DEFAULT_API_BASE).origin,
    oauthBase: config.oauth_base === undefined ? null : new URL(config.oauth_base).origin,
    appSecret: config.app_secret ?? null,
    // Left out if absent, so that the fingerprints of older accounts do not change.
    ...(files.api_ca_path === undefined ? {} : { apiCaPem: files.api_ca_path }),
    v3: hasV3(config)
      ? {
          apiV3Key: config.api_v3_key ?? "",
          serialNo: config.serial_no ?? "",
          privateKeyPem,
          publicKeyId: config.wechatpay_public_key_id ?? null,
          publicKeyPem,
        }
      : null,
    v2:
      config.api_key === undefined
        ? null
        : {
            apiKey: config.api_key,
            signType: config.sign_type ?? DEFAULT_SIGN_TYPE,
            certificatePem: files.cert_path ?? null,
            keyPem: files.key_path ?? null,
          },
  };
}

function warningsOf(config: PaymentConfigFields, files: NamedTexts["texts"]): readonly Reason[] {
  const { complain, reasons } = reasonList();
  const serial = serialOf(files.cert_path);
  if (serial !== null && config.serial_no !== undefined && config.serial_no.toUpperCase() !== serial) {
    complain("serial_no", say("serialDiffers", { serial }));
  }
  if (config.api_key !== undefined && config.api_key === config.api_v3_key) complain("api_v3_key", say("sameAsV2Key"));
  if (usesLoopback(config)) complain("api_base", say("onThisMachine"));
  if (!new URL(config.notify_url).pathname.endsWith("/payment/notify")) {
    complain("notify_url", say("notifyPathDiffers"));
  }
  if (config.sign_type === "MD5") complain("sign_type", say("weakSignType"));
  return reasons;
}
