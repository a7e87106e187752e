import { z } from "zod";
import { EXTRA_MONEY_DELAY_S_MAX, EXTRA_MONEY_DELAY_S_MIN } from "#lib/base/limits.ts";
import { SCENES } from "#lib/contract/scene.ts";

// The fields of payment_config.json (README, "Configuration"), each by itself. No message repeats a value: most of them are
// secrets. Every message has its Chinese in problem-words.ts.

const url = (what: string) =>
  z.string(`must be ${what}`).max(255, "must have at most 255 characters").refine(URL.canParse, `must be ${what}`);
const origin = url("an address such as https://api.mch.weixin.qq.com").refine((text) => {
  const { pathname, search, hash, username } = new URL(text);
  return pathname === "/" && search === "" && hash === "" && username === "";
}, "must be an origin: no path, no query, no user");
const pathText = z.string("must be a path").min(1, "must be a path");
const printable32 = (what: string) => z.string(what).regex(/^[\x21-\x7e]{32}$/, what);

export const APP_FORM = "must be the app id: wx and 16 letters or digits";
export const MERCHANT_FORM = "must be the merchant number: 8 to 10 digits";

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

const EXTRA_MONEY_DELAY_FORM = `must be a whole number of seconds from ${EXTRA_MONEY_DELAY_S_MIN} to ${EXTRA_MONEY_DELAY_S_MAX}`;

export const paymentConfigFields = z.strictObject(
  {
    // WeChat's exact forms are asked of a configuration for the real WeChat alone; a stand-in gives out what it likes.
    appid: z.string(APP_FORM).regex(/^(?!your)[0-9A-Za-z_-]{1,32}$/i, APP_FORM),
    mch_id: z.string(MERCHANT_FORM).regex(/^[0-9]{6,32}$/, MERCHANT_FORM),
    notify_url: url("the public https address of /payment/notify"),
    api_v3_key: printable32("must be the 32 characters of the APIv3 key").optional(),
    serial_no: z
      .string("must be the serial number of the merchant certificate")
      .regex(/^[0-9A-Fa-f]{8,64}$/, "must be the serial number of the merchant certificate: hexadecimal digits")
      .optional(),
    private_key: z.string("must be a text in PEM").optional(),
    private_key_path: pathText.optional(),
    wechatpay_public_key_id: z
      .string("must be the id of WeChat Pay's public key")
      .regex(/^PUB_KEY_ID_[0-9A-Za-z]{1,100}$/, "must be the id of WeChat Pay's public key: PUB_KEY_ID_…")
      .optional(),
    wechatpay_public_key: z.string("must be a text in PEM").optional(),
    wechatpay_public_key_path: pathText.optional(),
    api_key: printable32("must be the 32 characters of the API v2 key").optional(),
    sign_type: z.enum(["MD5", "HMAC-SHA256"], "must be MD5 or HMAC-SHA256").optional(),
    app_secret: z
      .string("must be the app's secret")
      .regex(/^[\x21-\x7e]{1,128}$/, "must be the app's secret")
      .optional(),
    api_base: origin.optional(),
    oauth_base: origin.optional(),
    merchant_name: z.string().trim().min(1, "must not be empty").max(64, "must have at most 64 characters").optional(),
    industry: z.enum(SCENES, `must be one of ${SCENES.join(", ")}`).optional(),
    brand: brand.optional(),
    extra_money_policy: z.enum(["manual", "automatic"], "must be manual or automatic").optional(),
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
    error: (issue) =>
      issue.code === "unrecognized_keys" ? undefined : "must be one JSON object with the keys of the example",
  },
);

export type PaymentConfigFields = z.output<typeof paymentConfigFields>;
