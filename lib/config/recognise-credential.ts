import { X509Certificate } from "node:crypto";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { decodeText } from "./config-file.ts";
import { describePem, type Pem } from "./pem.ts";

// What somebody dropped or pasted: said by its content, never by its name. Nothing here repeats a secret.

/** Places of a configuration that a text can fill, by the names of `payment_config.json`; `cert` and `key` are of API v2. */
export const CREDENTIAL_SLOTS = [
  ...(["appid", "mch_id", "notify_url", "api_v3_key", "serial_no", "private_key"] as const),
  ...(["wechatpay_public_key_id", "wechatpay_public_key", "api_key", "app_secret", "cert"] as const),
] as const;
export type CredentialSlot = (typeof CREDENTIAL_SLOTS)[number];
export type CredentialTexts = Partial<Readonly<Record<CredentialSlot, string>>>;

export type Recognised =
  /** Fills these places. */
  | { readonly kind: "fits"; readonly what: Sentence; readonly texts: CredentialTexts }
  /** Could fill any of these: a person has to say which. */
  | {
      readonly kind: "ambiguous";
      readonly what: Sentence;
      readonly text: string;
      readonly slots: readonly CredentialSlot[];
    }
  /** Fills none, and this is what to do instead. */
  | { readonly kind: "useless"; readonly what: Sentence; readonly next: Sentence };

/** A file of ten secrets stays far below it. */
export const CREDENTIAL_BYTES_MAX = 65_536;

const KEYS_OF_32: readonly CredentialSlot[] = ["api_v3_key", "api_key", "app_secret"];

export function recogniseCredential(content: Uint8Array): Recognised {
  if (content.length === 0) return useless(say("foundNothing"), say("dropAnother"));
  if (content.length > CREDENTIAL_BYTES_MAX) return useless(say("foundTooLarge"), say("dropAnother"));
  const binary = recogniseBinary(content);
  if (binary !== null) return binary;
  const text = decodeText(content).trim();
  if (text === "") return useless(say("foundNothing"), say("dropAnother"));
  if (text.includes("-----BEGIN")) return recognisePem(text);
  if (text.startsWith("{")) return recogniseJson(text);
  return recogniseLine(text);
}

const useless = (what: Sentence, next: Sentence): Recognised => ({ kind: "useless", what, next });
const fits = (what: Sentence, texts: CredentialTexts): Recognised => ({ kind: "fits", what, texts });

function recogniseBinary(content: Uint8Array): Recognised | null {
  const [first, second, third] = content;
  // PK: what the merchant platform hands out packs all files together.
  if (first === 0x50 && second === 0x4b) return useless(say("foundZip"), say("unpackZip"));
  // DER: a long sequence; its certificate, or PKCS #12, which begins with the number 3.
  if (first !== 0x30 || second === undefined || third === undefined || second < 0x81) return null;
  try {
    return recognisePem(new X509Certificate(content).toString());
  } catch {
    return useless(say("foundPkcs12"), say("takePemBesidePkcs12"));
  }
}

function recognisePem(text: string): Recognised {
  if (/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(text))
    return useless(say("foundRequest"), say("takeCertificateFile"));
  if (/-----BEGIN OPENSSH /.test(text)) return useless(say("foundSshKey"), say("takeKeyFile"));
  const pem = describePem(text);
  if (pem.kind === "private_key") return fits(say("foundPrivateKey"), { private_key: text });
  if (pem.kind === "public_key") return fits(say("foundPublicKey"), { wechatpay_public_key: text });
  if (pem.kind === "certificate") return recogniseCertificate(text, pem);
  return useless(say(BROKEN[pem.kind]), pem.kind === "encrypted" ? say("decryptKey") : say("dropWholeFile"));
}

const BROKEN = {
  encrypted: "foundEncryptedKey",
  truncated: "foundTruncated",
  not_rsa: "foundNotRsa",
  too_short: "foundShortKey",
  not_pem: "foundTruncated",
} as const;

function recogniseCertificate(text: string, { certificate }: Extract<Pem, { kind: "certificate" }>): Recognised {
  const { holder, serial, merchantNumber, expiresAt } = certificate;
  const day = beijingDay(expiresAt);
  if (holder === "platform")
    return useless(say("foundPlatformCertificate", { serial, day }), say("platformCertificateNotNeeded"));
  if (holder === "unknown") return useless(say("foundForeignCertificate", { serial }), say("takeCertificateFile"));
  const what = say("foundMerchantCertificate", { serial, merchantNumber: merchantNumber ?? "?", day });
  return fits(what, {
    cert: text,
    serial_no: serial,
    ...(merchantNumber === null ? {} : { mch_id: merchantNumber }),
  });
}

/** Fields of a configuration that was written before; those that name files are of another machine. */
function recogniseJson(text: string): Recognised {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return useless(say("foundBrokenJson"), say("dropWholeFile"));
  }
  const texts = Object.fromEntries(
    CREDENTIAL_SLOTS.flatMap((slot) => {
      const value = (json as Record<string, unknown>)[slot];
      return typeof value === "string" && value !== "" ? [[slot, value] as const] : [];
    }),
  );
  const count = Object.keys(texts).length;
  if (count === 0) return useless(say("foundOtherJson"), say("dropAnother"));
  return fits(say("foundConfiguration", { count }), texts);
}

const LINES: readonly { form: RegExp; slot: CredentialSlot; what: (text: string) => Sentence }[] = [
  {
    form: /^PUB_KEY_ID_[0-9A-Za-z]{1,100}$/,
    slot: "wechatpay_public_key_id",
    what: (id) => say("foundPublicKeyId", { id }),
  },
  { form: /^wx[0-9a-zA-Z]{16}$/, slot: "appid", what: (id) => say("foundAppId", { id }) },
  { form: /^[0-9]{8,10}$/, slot: "mch_id", what: (number) => say("foundMerchantNumber", { number }) },
  {
    form: /^[0-9A-Fa-f]{40}$/,
    slot: "serial_no",
    what: (serial) => say("foundSerial", { serial: serial.toUpperCase() }),
  },
];

function recogniseLine(text: string): Recognised {
  const line = LINES.find(({ form }) => form.test(text));
  if (line !== undefined) return fits(line.what(text), { [line.slot]: text });
  if (/^[\x21-\x7e]{32}$/.test(text)) {
    return { kind: "ambiguous", what: say("found32Characters"), text, slots: KEYS_OF_32 };
  }
  if (/^https?:\/\/\S+\/payment\/notify$/.test(text))
    return fits(say("foundNotifyUrl", { url: text }), { notify_url: text });
  if (/^[\x21-\x7e]{20,64}$/.test(text))
    return useless(say("foundWrongLength", { length: text.length }), say("copyAgain"));
  return useless(say("foundUnknown"), say("dropAnother"));
}
