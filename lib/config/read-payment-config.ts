import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Scene } from "#lib/contract/scene.ts";
import {
  checkPaymentConfig,
  DEFAULT_API_BASE,
  FORMS,
  hasV3,
  isCertificate,
  isCertificateOf,
  isRsaPrivateKey,
  isRsaPublicKey,
  type PaymentConfigFields,
  usesLoopback,
} from "./payment-config-schema.ts";

/** The credentials of one account as they are sealed: everything a file said, with the files it named read in. */
export interface Credentials {
  readonly appId: string;
  readonly merchantNumber: string;
  readonly notifyUrl: string;
  readonly apiBase: string;
  /** null: WeChat's own two hosts. */
  readonly oauthBase: string | null;
  /** Who vouches for `apiBase` beside the authorities everybody trusts; only for an address on this machine. */
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
export interface MerchantProfile {
  readonly industry: Scene | null;
  readonly brand: {
    readonly name?: string | undefined;
    readonly logoUrl?: string | undefined;
    readonly color?: string | undefined;
  } | null;
}

export type ConfigReading =
  | { readonly kind: "absent" }
  /** `mark` tells one state of the file from another. */
  | { readonly kind: "invalid"; readonly problems: readonly string[]; readonly mark: string }
  | {
      readonly kind: "valid";
      readonly credentials: Credentials;
      readonly merchantName: string | null;
      readonly profile: MerchantProfile;
      readonly warnings: readonly string[];
      readonly mark: string;
    };

const FILE_BYTES_MAX = 262_144;

/** Reads and checks a `payment_config.json`; paths in it are relative to it. Every problem begins with its key. */
export async function readPaymentConfig(file: string): Promise<ConfigReading> {
  const text = await readText(file);
  if (text.kind === "absent") return { kind: "absent" };
  if (text.kind === "unreadable") return invalid([`${path.basename(file)} ${text.why}`]);
  let json: unknown;
  try {
    json = JSON.parse(text.text);
  } catch {
    // The parser's own message quotes the text, which holds keys.
    return invalid([`${path.basename(file)} is not JSON`], text.text);
  }
  const checked = checkPaymentConfig(json);
  if (!checked.ok) return invalid(checked.problems, text.text);
  const { config } = checked;
  const named = await readNamedFiles(config, path.dirname(file));
  if (named.problems.length > 0) return invalid(named.problems, text.text);
  const credentials = credentialsOf(config, named.texts);
  const merchantName = config.merchant_name ?? null;
  const profile = profileOf(config);
  const mark = markOf(JSON.stringify({ credentials, merchantName, profile }));
  return { kind: "valid", credentials, merchantName, profile, warnings: warningsOf(config), mark };
}

function profileOf({ industry, brand }: PaymentConfigFields): MerchantProfile {
  if (brand === undefined) return { industry: industry ?? null, brand: null };
  const { name, logo_url: logoUrl, color } = brand;
  return { industry: industry ?? null, brand: { name, logoUrl, color } };
}

const markOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

function invalid(problems: readonly string[], text = ""): ConfigReading {
  return { kind: "invalid", problems, mark: markOf(JSON.stringify([problems, text])) };
}

type TextReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly why: string };

export async function readText(file: string): Promise<TextReading> {
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      if (size > FILE_BYTES_MAX) return { kind: "unreadable", why: "is too large" };
      return { kind: "text", text: (await handle.readFile("utf8")).replace(/^\uFEFF/, "") };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    return code === "ENOENT" ? { kind: "absent" } : { kind: "unreadable", why: `cannot be read (${code})` };
  }
}

const NAMED = ["private_key_path", "wechatpay_public_key_path", "cert_path", "key_path", "api_ca_path"] as const;
type Named = Partial<Record<(typeof NAMED)[number], string>>;

async function readNamedFiles(config: PaymentConfigFields, folder: string) {
  const problems: string[] = [];
  const texts: Named = {};
  for (const key of NAMED) {
    const name = config[key];
    if (name === undefined) continue;
    const reading = await readText(path.resolve(folder, name));
    if (reading.kind === "text") texts[key] = reading.text;
    else problems.push(`${key} ${reading.kind === "absent" ? "names a file that is not there" : reading.why}`);
  }
  const { private_key_path: privateKey, wechatpay_public_key_path: publicKey, cert_path: cert, key_path: key } = texts;
  if (privateKey !== undefined && !isRsaPrivateKey(privateKey)) {
    problems.push(`private_key_path ${FORMS.private_key}`);
  }
  if (publicKey !== undefined && !isRsaPublicKey(publicKey)) {
    problems.push(`wechatpay_public_key_path ${FORMS.wechatpay_public_key}`);
  }
  if (cert !== undefined && key !== undefined && !isCertificateOf(cert, key)) {
    problems.push("cert_path must be a certificate in PEM that belongs to the key of key_path");
  }
  if (texts.api_ca_path !== undefined && !isCertificate(texts.api_ca_path)) {
    problems.push("api_ca_path must be a certificate in PEM");
  }
  return { problems, texts };
}

function credentialsOf(config: PaymentConfigFields, files: Named): Credentials {
  const privateKeyPem = config.private_key ?? files.private_key_path ?? "";
  const publicKeyPem = config.wechatpay_public_key ?? files.wechatpay_public_key_path ?? null;
  return {
    appId: config.appid,
    merchantNumber: config.mch_id,
    notifyUrl: config.notify_url,
    apiBase: new URL(config.api_base ?? DEFAULT_API_BASE).origin,
    oauthBase: config.oauth_base === undefined ? null : new URL(config.oauth_base).origin,
    appSecret: config.app_secret ?? null,
    // Left out where there is none, so that accounts from before it existed stay what they are.
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
            signType: config.sign_type ?? "MD5",
            certificatePem: files.cert_path ?? null,
            keyPem: files.key_path ?? null,
          },
  };
}

function warningsOf(config: PaymentConfigFields): string[] {
  const warnings: string[] = [];
  if (usesLoopback(config)) warnings.push("api_base is on this machine: this is not the real WeChat Pay");
  if (!new URL(config.notify_url).pathname.endsWith("/payment/notify")) {
    warnings.push("notify_url does not end in /payment/notify, where notices are taken");
  }
  if (config.sign_type === "MD5") warnings.push("sign_type MD5 is weak: HMAC-SHA256 is the better choice");
  return warnings;
}
