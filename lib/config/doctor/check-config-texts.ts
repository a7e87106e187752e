import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { type Finding, failed, notApplicable, ok, unknown, warn } from "#lib/base/finding.ts";
import { Secret } from "#lib/base/secret.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";
import { isLoopback, isPublic } from "../payment-config-schema.ts";
import { examineKeys, missing } from "./check-keys.ts";
import { apiBaseOf, type ConfigUnderCheck } from "./config-under-check.ts";

// Checks of a configuration that need no network and no database.

export interface CheckedConfigTexts {
  readonly findings: readonly Finding[];
  /** null: there was nothing that could be read. */
  readonly credentials: CheckableCredentials | null;
}

const V3_KEYS = ["api_v3_key", "serial_no", "private_key", "wechatpay_public_key", "wechatpay_public_key_id"] as const;

export function checkConfigTexts(config: ConfigUnderCheck, now: Date): CheckedConfigTexts {
  const { texts } = config;
  if (config.problems.some(({ key }) => key === "file")) return { findings: [examineFile(config)], credentials: null };
  const hasV2Alone = texts.api_key !== undefined && V3_KEYS.every((key) => texts[key] === undefined);
  const wantsV3 = !hasV2Alone;
  const findings = [
    examineFile(config),
    ...examineKeys(config, { wantsV3, now }),
    examineName(config, "mch_id"),
    examineName(config, "appid"),
    examineV3Key(config, wantsV3),
    examineV2Key(config),
    examineAppSecret(config),
    examineNotifyUrl(config),
  ];
  const isSound = (check: Finding["check"]) => findings.find((each) => each.check === check)?.result !== "failed";
  return { findings, credentials: examineeOf(config, { wantsV3, isSound }) };
}

function examineeOf(
  config: ConfigUnderCheck,
  { wantsV3, isSound }: { wantsV3: boolean; isSound: (check: Finding["check"]) => boolean },
): CheckableCredentials {
  const { texts } = config;
  const { private_key: privateKey, serial_no: serialNo, api_key: apiKey } = texts;
  const secret = (text: string | undefined, check: Finding["check"]) =>
    text === undefined || !isSound(check) ? null : new Secret(text);
  const canSign = wantsV3 && privateKey !== undefined && isSound("private_key");
  const hasKey = isSound("wechatpay_key");
  return {
    appId: isSound("app") ? (texts.appid ?? null) : null,
    merchantNumber: isSound("merchant_number") ? (texts.mch_id ?? null) : null,
    notifyUrl: isSound("notify_url") ? (texts.notify_url ?? null) : null,
    apiBase: apiBaseOf(config),
    oauthBase: texts.oauth_base ?? null,
    appSecret: secret(texts.app_secret, "app_secret"),
    apiCaPem: texts.api_ca ?? null,
    wantsV3,
    v3: canSign
      ? {
          serialNo: serialNo ?? "",
          privateKeyPem: new Secret(privateKey),
          apiV3Key: secret(texts.api_v3_key, "api_v3_key"),
          publicKeyId: hasKey ? (texts.wechatpay_public_key_id ?? null) : null,
          publicKeyPem: hasKey ? (texts.wechatpay_public_key ?? null) : null,
        }
      : null,
    v2:
      apiKey !== undefined && isSound("api_v2_key")
        ? {
            apiKey: new Secret(apiKey),
            signType: texts.sign_type === "MD5" ? "MD5" : "HMAC-SHA256",
            certificatePem: isSound("merchant_certificate") ? (texts.cert ?? null) : null,
            keyPem: secret(texts.key, "private_key"),
          }
        : null,
  };
}

/** Keys that have their own check. */
const TOLD_ELSEWHERE =
  /^(appid|mch_id|notify_url|api_v3_key|serial_no|private_key(_path)?|key_path|cert_path|wechatpay_public_key(_id|_path)?|api_key|app_secret)$/;

function examineFile({ origin, problems }: ConfigUnderCheck): Finding {
  const check = "config_file";
  if (origin === "account") return notApplicable(check, say("configurationFromDatabase"));
  const own = problems.filter(({ key }) => !TOLD_ELSEWHERE.test(key));
  if (own.length === 0) return ok(check, say("configurationReadable"));
  const list = own.map(({ key, problem }) =>
    key === "file" ? say("aboutFile", { problem }) : say("fileOfKey", { key, problem }),
  );
  return failed(check, say("configurationInvalid", { problems: list }), say("correctConfiguration"));
}

const NAMES = {
  mch_id: {
    check: "merchant_number",
    wrongKind: /^wx/,
    other: say("mchIdHoldsAppId"),
    form: say("mchIdForm"),
    next: say("whereMerchantNumber"),
  },
  appid: {
    check: "app",
    wrongKind: /^[0-9]+$/,
    other: say("appIdHoldsMerchantNumber"),
    form: say("appIdForm"),
    next: say("whereAppId"),
  },
} as const;

function examineName({ texts, problems }: ConfigUnderCheck, key: keyof typeof NAMES): Finding {
  const { check, wrongKind, other, form, next } = NAMES[key];
  const text = texts[key];
  if (text === undefined) return failed(check, missing(key), next);
  if (wrongKind.test(text)) return failed(check, other, next);
  return problems.some((problem) => problem.key === key) ? failed(check, form, next) : ok(check, plain(text));
}

const TAKE_V3_KEY: Sentence = say("takeV3Key");
const TAKE_V2_KEY: Sentence = say("takeV2Key");

function examineV3Key({ texts, problems }: ConfigUnderCheck, wantsV3: boolean): Finding {
  const check = "api_v3_key";
  if (!wantsV3) return notApplicable(check, say("v3NotUsed"));
  const { api_v3_key: key, app_secret: appSecret } = texts;
  if (key === undefined) return failed(check, missing("api_v3_key"), TAKE_V3_KEY);
  if (problems.some((problem) => problem.key === "api_v3_key"))
    return failed(check, lengthOf("api_v3_key", key), TAKE_V3_KEY);
  if (key === appSecret) return failed(check, isTheSecret("api_v3_key"), TAKE_V3_KEY);
  return ok(check, say("has32Characters"));
}

function examineV2Key({ texts, problems }: ConfigUnderCheck): Finding {
  const check = "api_v2_key";
  const { api_key: key, app_secret: appSecret } = texts;
  if (key === undefined) return notApplicable(check, say("v2NotUsed"));
  if (problems.some((problem) => problem.key === "api_key"))
    return failed(check, lengthOf("api_key", key), TAKE_V2_KEY);
  if (key === appSecret) return failed(check, isTheSecret("api_key"), TAKE_V2_KEY);
  return ok(check, say("has32Characters"));
}

const isTheSecret = (key: string): Sentence => say("keyIsAppSecret", { key });

const lengthOf = (key: string, text: string): Sentence =>
  text.includes("-----BEGIN") ? say("keyHoldsPem", { key }) : say("keyLength", { key, length: text.length });

function examineAppSecret({ texts, problems }: ConfigUnderCheck): Finding {
  const check = "app_secret";
  if (texts.app_secret === undefined) {
    return notApplicable(check, say("appSecretNotGiven"));
  }
  if (!problems.some(({ key }) => key === "app_secret")) return ok(check, say("appSecretGiven"));
  return failed(check, say("appSecretForm"), say("takeAppSecret"));
}

function examineNotifyUrl(config: ConfigUnderCheck): Finding {
  const check = "notify_url";
  const text = config.texts.notify_url;
  const next = say("makeNotifyUrl");
  if (text === undefined) return failed(check, missing("notify_url"), next);
  const url = URL.parse(text);
  if (url === null) return failed(check, say("notifyUrlIsNoUrl"), next);
  const isLocal = isLoopback(new URL(apiBaseOf(config)));
  const faults: Sentence[] = [];
  if (url.search !== "" || text.includes("?")) faults.push(say("urlHasQuery"));
  if (url.hash !== "" || url.username !== "") faults.push(say("urlHasFragmentOrUser"));
  if (!isLocal && url.protocol !== "https:") faults.push(say("urlIsNotHttps"));
  if (!isLocal && !isPublic(url)) faults.push(say("urlIsNotPublic"));
  if (faults.length > 0) {
    return failed(check, say("urlFaults", { url: text, faults }), next);
  }
  if (!url.pathname.endsWith("/payment/notify")) {
    return failed(check, say("notifyUrlEnding", { url: text }), next);
  }
  if (!isLocal && url.port !== "") return warn(check, say("notifyUrlPort", { url: text, port: url.port }), next);
  return ok(check, plain(text));
}

export const nothingToCheck = (): Finding => unknown("config_file", say("noConfiguration"), say("makeConfiguration"));
