import { createHmac } from "node:crypto";
import type { ConfigFields, FieldView } from "#lib/storage/configuration/config-fields.ts";
import type { ConfigSettings } from "#lib/storage/configuration/config-versions.ts";
import type { SealedCredentials } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

type Printing = Pick<SealedBox, "deriveKey">;
/** 32 bits tell two secrets apart and are far too few to find one by. */
const PRINT_CHARS = 8;

const keyed = (box: Printing, purpose: string, text: string): Buffer =>
  createHmac("sha256", box.deriveKey(purpose)).update(text).digest();

/** A keyed digest of a file's content: with a plain digest others could check guesses of short keys. */
export const fileMarkOf = (box: Printing, mark: string): Uint8Array => keyed(box, "config-file-mark", mark);

/** A configuration as people may see it, by the names of `payment_config.json`. */
export function configFields(box: Printing, credentials: SealedCredentials, settings: ConfigSettings): ConfigFields {
  const print = (text: string): FieldView => ({
    print: keyed(box, "config-print", text).toString("hex").slice(0, PRINT_CHARS),
  });
  const { v3, v2 } = credentials;
  const { extraMoney, profile } = settings;
  const secrets: Record<string, string | null | undefined> = {
    api_v3_key: v3?.apiV3Key,
    private_key: v3?.privateKeyPem,
    wechatpay_public_key: v3?.publicKeyPem,
    api_key: v2?.apiKey,
    cert: v2?.certificatePem,
    key: v2?.keyPem,
    app_secret: credentials.appSecret,
    api_ca: credentials.apiCaPem,
  };
  const values: Record<string, string | null | undefined> = {
    appid: credentials.appId,
    mch_id: credentials.merchantNumber,
    notify_url: credentials.notifyUrl,
    api_base: credentials.apiBase,
    oauth_base: credentials.oauthBase,
    serial_no: v3?.serialNo,
    wechatpay_public_key_id: v3?.publicKeyId,
    sign_type: v2?.signType,
    merchant_name: settings.merchantName,
    industry: profile.industry,
    brand: profile.brand === null ? null : JSON.stringify(profile.brand),
    extra_money_policy: extraMoney.kind,
    extra_money_delay_s: extraMoney.kind === "automatic" ? String(extraMoney.delayS) : null,
  };
  const shown = Object.entries(values).flatMap(([name, text]) =>
    text == null ? [] : [[name, { value: text }] as const],
  );
  const masked = Object.entries(secrets).flatMap(([name, text]) =>
    text == null ? [] : [[name, print(text)] as const],
  );
  return Object.fromEntries<FieldView>([...shown, ...masked]);
}
