import { z } from "zod";
import { EXTRA_MONEY_DELAY_S_MAX, EXTRA_MONEY_DELAY_S_MIN } from "#lib/base/limits.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { isSentence, plain, type Sentence, say } from "#lib/texts/sentence.ts";

// The fields of payment_config.json (README, "Configuration"), each by itself. No message repeats a value: most of them are
// secrets. zod takes a text for a message, so a sentence travels in it as JSON.

const because = (sentence: Sentence): string => JSON.stringify(sentence);

/** The sentence in a message of these fields; zod's own message if it has none of ours. */
export function sentenceIn(message: string): Sentence {
  try {
    const sentence: unknown = JSON.parse(message);
    return isSentence(sentence) ? sentence : plain(message);
  } catch {
    return plain(message);
  }
}

const url = (form: string) =>
  z
    .string(form)
    .max(255, because(say("atMostCharacters", { count: 255 })))
    .refine(URL.canParse, form);
const origin = url(because(say("mustBeUrl", { example: "https://api.mch.weixin.qq.com" }))).refine(
  (text) => {
    const { pathname, search, hash, username } = new URL(text);
    return pathname === "/" && search === "" && hash === "" && username === "";
  },
  because(say("mustBeOrigin")),
);
const PATH = because(say("mustBePath"));
const pathText = z.string(PATH).min(1, PATH);
const printable32 = (form: string) => z.string(form).regex(/^[\x21-\x7e]{32}$/, form);
const shortText = (count: number) =>
  z
    .string()
    .trim()
    .min(1, because(say("mustNotBeEmpty")))
    .max(count, because(say("atMostCharacters", { count })));

const APP_FORM = because(say("mustBeAppId"));
const MERCHANT_FORM = because(say("mustBeMerchantNumber"));
const SERIAL_FORM = because(say("mustBeSerial"));
const PUBLIC_KEY_ID_FORM = because(say("mustBePublicKeyId"));
const SECRET_FORM = because(say("mustBeAppSecret"));
const PEM = because(say("mustBePem"));

/** The look of the pay page. Whether text is readable on the colour is decided when the page is planned. */
const brand = z.strictObject(
  {
    name: shortText(40).optional(),
    logo_url: z
      .string()
      .max(2_000, because(say("atMostCharacters", { count: 2_000 })))
      .regex(/^(?:https:\/\/|\/(?!\/))[^\s"'<>\\]+$/, because(say("mustBeHttpsOrPath")))
      .optional(),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, because(say("mustBeColour", { example: "#067a46" })))
      .optional(),
  },
  { error: (issue) => (issue.code === "unrecognized_keys" ? undefined : because(say("mustBeBrand"))) },
);

const EXTRA_MONEY_DELAY_FORM = because(
  say("mustBeSeconds", { min: EXTRA_MONEY_DELAY_S_MIN, max: EXTRA_MONEY_DELAY_S_MAX }),
);

export const paymentConfigFields = z.strictObject(
  {
    // WeChat's exact forms are required only of a configuration for the real WeChat; a substitute may use others.
    appid: z.string(APP_FORM).regex(/^(?!your)[0-9A-Za-z_-]{1,32}$/i, APP_FORM),
    mch_id: z.string(MERCHANT_FORM).regex(/^[0-9]{6,32}$/, MERCHANT_FORM),
    notify_url: url(because(say("mustBeNotifyUrl"))),
    api_v3_key: printable32(because(say("mustBeV3Key"))).optional(),
    serial_no: z
      .string(SERIAL_FORM)
      .regex(/^[0-9A-Fa-f]{8,64}$/, SERIAL_FORM)
      .optional(),
    private_key: z.string(PEM).optional(),
    private_key_path: pathText.optional(),
    wechatpay_public_key_id: z
      .string(PUBLIC_KEY_ID_FORM)
      .regex(/^PUB_KEY_ID_[0-9A-Za-z]{1,100}$/, PUBLIC_KEY_ID_FORM)
      .optional(),
    wechatpay_public_key: z.string(PEM).optional(),
    wechatpay_public_key_path: pathText.optional(),
    api_key: printable32(because(say("mustBeV2Key"))).optional(),
    sign_type: z
      .enum(["MD5", "HMAC-SHA256"], because(say("mustBeEither", { one: "MD5", other: "HMAC-SHA256" })))
      .optional(),
    app_secret: z
      .string(SECRET_FORM)
      .regex(/^[\x21-\x7e]{1,128}$/, SECRET_FORM)
      .optional(),
    api_base: origin.optional(),
    oauth_base: origin.optional(),
    merchant_name: shortText(64).optional(),
    industry: z.enum(SCENES, because(say("mustBeOneOf", { names: SCENES.join(", ") }))).optional(),
    brand: brand.optional(),
    extra_money_policy: z
      .enum(["manual", "automatic"], because(say("mustBeEither", { one: "manual", other: "automatic" })))
      .optional(),
    extra_money_delay_s: z
      .int(EXTRA_MONEY_DELAY_FORM)
      .min(EXTRA_MONEY_DELAY_S_MIN, EXTRA_MONEY_DELAY_FORM)
      .max(EXTRA_MONEY_DELAY_S_MAX, EXTRA_MONEY_DELAY_FORM)
      .optional(),
    cert_path: pathText.optional(),
    key_path: pathText.optional(),
    api_ca_path: pathText.optional(),
  },
  {
    error: (issue) => (issue.code === "unrecognized_keys" ? undefined : because(say("mustBeJsonObject"))),
  },
);

export type PaymentConfigFields = z.output<typeof paymentConfigFields>;
