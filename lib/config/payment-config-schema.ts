import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { z } from "zod";
import { SCENES } from "#lib/contract/scene.ts";
import { isLoopback, isPublic } from "./addresses.ts";

// The form of payment_config.json (README, "Configuration"). No message repeats a value: most of them are secrets.

const RSA_BITS_MIN = 2048;
export const DEFAULT_API_BASE = "https://api.mch.weixin.qq.com";

const url = (what: string) =>
  z.string(`must be ${what}`).max(255, "must have at most 255 characters").refine(URL.canParse, `must be ${what}`);
const origin = url("an address such as https://api.mch.weixin.qq.com").refine((text) => {
  const { pathname, search, hash, username } = new URL(text);
  return pathname === "/" && search === "" && hash === "" && username === "";
}, "must be an origin: no path, no query, no user");
const pathText = z.string("must be a path").min(1, "must be a path");
const printable32 = (what: string) => z.string(what).regex(/^[\x21-\x7e]{32}$/, what);
const pem = (what: string, isGood: (text: string) => boolean) => z.string(what).refine(isGood, what);

export const isRsaPrivateKey = (text: string): boolean =>
  holds(() => {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN;
  });
export const isRsaPublicKey = (text: string): boolean =>
  holds(() => text.includes("BEGIN PUBLIC KEY") && createPublicKey(text).asymmetricKeyType === "rsa");
export const isCertificateOf = (certificate: string, key: string): boolean =>
  holds(() => new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)));

function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

export const isCertificate = (text: string): boolean => holds(() => new X509Certificate(text).subject !== "");

const PRIVATE_KEY_FORM = `must be an RSA private key of at least ${RSA_BITS_MIN} bits in PEM (apiclient_key.pem)`;
const PUBLIC_KEY_FORM = "must be WeChat Pay's RSA public key in PEM (pub_key.pem)";

/** How the pay page looks. Whether text can be read on the colour is decided where the page is planned. */
const brand = z.strictObject(
  {
    name: z.string().trim().min(1, "must not be empty").max(40, "must have at most 40 characters").optional(),
    logo_url: z
      .string()
      .max(2_000, "must have at most 2000 characters")
      .regex(/^(?:https:\/\/|\/(?!\/))[^\s"'<>\\]+$/, "must be an https address, or a path of this server")
      .optional(),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #067a46")
      .optional(),
  },
  { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : "must be an object: name, logo_url, color") },
);

const fields = z.strictObject(
  {
    appid: z.string("must be the app id").regex(/^(?!your)[0-9A-Za-z_-]{1,32}$/i, "must be the app id, such as wx…"),
    mch_id: z.string("must be the merchant number").regex(/^[0-9]{6,32}$/, "must be the merchant number: digits only"),
    notify_url: url("the public https address of /payment/notify"),
    api_v3_key: printable32("must be the 32 characters of the APIv3 key").optional(),
    serial_no: z
      .string("must be the serial number of the merchant certificate")
      .regex(/^[0-9A-Fa-f]{8,64}$/, "must be the serial number of the merchant certificate: hexadecimal digits")
      .optional(),
    private_key: pem(PRIVATE_KEY_FORM, isRsaPrivateKey).optional(),
    private_key_path: pathText.optional(),
    wechatpay_public_key_id: z
      .string("must be the id of WeChat Pay's public key")
      .regex(/^PUB_KEY_ID_[0-9A-Za-z]{1,100}$/, "must be the id of WeChat Pay's public key: PUB_KEY_ID_…")
      .optional(),
    wechatpay_public_key: pem(PUBLIC_KEY_FORM, isRsaPublicKey).optional(),
    wechatpay_public_key_path: pathText.optional(),
    api_key: printable32("must be the 32 characters of the API v2 key").optional(),
    sign_type: z.enum(["MD5", "HMAC-SHA256"], "must be MD5 or HMAC-SHA256").optional(),
    app_secret: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, "must be the app's secret")
      .optional(),
    api_base: origin.optional(),
    oauth_base: origin.optional(),
    merchant_name: z.string().trim().min(1, "must not be empty").max(64, "must have at most 64 characters").optional(),
    industry: z.enum(SCENES, `must be one of ${SCENES.join(", ")}`).optional(),
    brand: brand.optional(),
    cert_path: pathText.optional(),
    key_path: pathText.optional(),
    api_ca_path: pathText.optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? undefined : "must be one JSON object with the keys of the example",
  },
);

export type PaymentConfigFields = z.output<typeof fields>;

export type PaymentConfigReading =
  | { readonly ok: true; readonly config: PaymentConfigFields }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The fields, each checked by itself and with the others, all problems at once. Paths are not followed here. */
export function checkPaymentConfig(json: unknown): PaymentConfigReading {
  const parsed = fields.safeParse(json);
  const problems = new Map<string, string>();
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) problems.set(key, `${key} is not a key of this file`);
    } else {
      const key = issue.path.join(".") || "the file";
      if (!problems.has(key)) problems.set(key, `${key} ${issue.message}`);
    }
  }
  // A key that is wrong by itself is not judged again beside the others.
  const complain: Complain = (key, message) => problems.has(key) || problems.set(key, `${key} ${message}`);
  const texts = textsOf(json);
  if (texts !== null) for (const check of [checkAddresses, checkCredentials, checkPairs]) check(texts, complain);
  return parsed.success && problems.size === 0
    ? { ok: true, config: parsed.data }
    : { ok: false, problems: [...problems.values()] };
}

type Texts = Partial<Record<Exclude<keyof PaymentConfigFields, "brand">, string | undefined>>;
type Complain = (key: keyof PaymentConfigFields, message: string) => void;

function textsOf(json: unknown): Texts | null {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return null;
  return Object.fromEntries(Object.entries(json).filter(([, value]) => typeof value === "string"));
}

function checkAddresses(config: Texts, complain: Complain): void {
  const local = usesLoopback(config);
  for (const key of ["api_base", "oauth_base"] as const) {
    const address = URL.parse(config[key] ?? "");
    if (address === null) continue;
    const isFine = address.protocol === "https:" || (local && address.protocol === "http:" && isLoopback(address));
    if (!isFine) complain(key, "must be https");
  }
  if (config.api_ca_path !== undefined && !local) {
    complain("api_ca_path", "is for a sandbox on this machine alone: WeChat's own certificates need no help");
  }
  const notify = URL.parse(config.notify_url ?? "");
  if (notify === null) return;
  if (notify.search !== "" || notify.hash !== "") complain("notify_url", "must have no query and no fragment");
  if (notify.username !== "") complain("notify_url", "must have no user");
  if (local) {
    if (!/^https?:$/.test(notify.protocol)) complain("notify_url", "must be http or https");
    return;
  }
  if (notify.protocol !== "https:") complain("notify_url", "must be https");
  if (!isPublic(notify)) complain("notify_url", "must be a public address: WeChat cannot reach a private one");
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

export const hasV3 = (config: Texts): boolean => V3_ALL.some((key) => config[key] !== undefined);

function checkCredentials(config: Texts, complain: Complain): void {
  if (hasV3(config)) {
    for (const key of V3_KEYS) {
      const there = config[key] ?? (key === "private_key" ? config.private_key_path : undefined);
      if (there === undefined) complain(key, "is missing: API v3 takes api_v3_key, serial_no and private_key(_path)");
    }
  } else if (config.api_key === undefined) {
    complain(
      "api_v3_key",
      "is missing: give api_v3_key, serial_no and private_key(_path) (API v3), or api_key (API v2)",
    );
  }
  if (config.sign_type !== undefined && config.api_key === undefined) {
    complain("api_key", "is missing: sign_type belongs to API v2");
  }
}

function checkPairs(config: Texts, complain: Complain): void {
  const eitherOr = [
    ["private_key", "private_key_path"],
    ["wechatpay_public_key", "wechatpay_public_key_path"],
  ] as const;
  for (const [inline, path] of eitherOr) {
    if (config[inline] !== undefined && config[path] !== undefined)
      complain(path, `is given beside ${inline}: keep one`);
  }
  const hasPublicKey = (config.wechatpay_public_key ?? config.wechatpay_public_key_path) !== undefined;
  if (hasPublicKey && config.wechatpay_public_key_id === undefined) {
    complain("wechatpay_public_key_id", "is missing: the public key is known by its id");
  }
  if (!hasPublicKey && config.wechatpay_public_key_id !== undefined) {
    complain("wechatpay_public_key", "is missing: its id alone verifies nothing");
  }
  if (config.cert_path !== undefined && config.key_path === undefined)
    complain("key_path", "is missing beside cert_path");
  if (config.key_path !== undefined && config.cert_path === undefined)
    complain("cert_path", "is missing beside key_path");
}

export const FORMS = { private_key: PRIVATE_KEY_FORM, wechatpay_public_key: PUBLIC_KEY_FORM } as const;
