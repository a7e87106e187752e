import type { Examinee } from "#lib/base/examinee.ts";
import { type BilingualText, type Finding, failed, notApplicable, ok, unknown, warn } from "#lib/base/finding.ts";
import { Secret } from "#lib/base/secret.ts";
import { isLoopback, isPublic } from "../addresses.ts";
import { examineKeys, missing } from "./examine-keys.ts";
import { apiBaseOf, type Papers } from "./papers.ts";

// A configuration by itself: what can be said of it without asking anybody.

export interface PapersExamined {
  readonly findings: readonly Finding[];
  /** null: there was nothing that could be read. */
  readonly examinee: Examinee | null;
}

const V3_KEYS = ["api_v3_key", "serial_no", "private_key", "wechatpay_public_key", "wechatpay_public_key_id"] as const;

export function examinePapers(papers: Papers, now: Date): PapersExamined {
  const { texts } = papers;
  if (papers.problems.some(({ key }) => key === "file")) return { findings: [examineFile(papers)], examinee: null };
  const hasV2Alone = texts.api_key !== undefined && V3_KEYS.every((key) => texts[key] === undefined);
  const wantsV3 = !hasV2Alone;
  const findings = [
    examineFile(papers),
    ...examineKeys(papers, { wantsV3, now }),
    examineName(papers, "mch_id"),
    examineName(papers, "appid"),
    examineV3Key(papers, wantsV3),
    examineV2Key(papers),
    examineAppSecret(papers),
    examineNotifyUrl(papers),
  ];
  const isSound = (check: Finding["check"]) => findings.find((each) => each.check === check)?.result !== "failed";
  return { findings, examinee: examineeOf(papers, { wantsV3, isSound }) };
}

function examineeOf(
  papers: Papers,
  { wantsV3, isSound }: { wantsV3: boolean; isSound: (check: Finding["check"]) => boolean },
): Examinee {
  const { texts } = papers;
  const { private_key: privateKey, serial_no: serialNo, api_key: apiKey } = texts;
  const secret = (text: string | undefined, check: Finding["check"]) =>
    text === undefined || !isSound(check) ? null : new Secret(text);
  const canSign = wantsV3 && privateKey !== undefined && isSound("private_key");
  const hasKey = isSound("wechatpay_key");
  return {
    appId: isSound("app") ? (texts.appid ?? null) : null,
    merchantNumber: isSound("merchant_number") ? (texts.mch_id ?? null) : null,
    notifyUrl: isSound("notify_url") ? (texts.notify_url ?? null) : null,
    apiBase: apiBaseOf(papers),
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

/** Keys whose problems are told by a check of their own. */
const TOLD_ELSEWHERE =
  /^(appid|mch_id|notify_url|api_v3_key|serial_no|private_key(_path)?|key_path|cert_path|wechatpay_public_key(_id|_path)?|api_key|app_secret)$/;

function examineFile({ origin, problems }: Papers): Finding {
  const check = "config_file";
  if (origin === "account")
    return notApplicable(check, {
      zh: "使用数据库中已导入的配置",
      en: "the configuration held in the database is in force",
    });
  const own = problems.filter(({ key }) => !TOLD_ELSEWHERE.test(key));
  if (own.length === 0) return ok(check, { zh: "可以读取", en: "can be read" });
  const said = own.map(({ key, message }) => (key === "file" ? `the file ${message}` : `${key} ${message}`)).join("; ");
  return failed(
    check,
    { zh: `配置文件有误：${said}`, en: said },
    {
      zh: "按 config/README.zh-CN.md 的说明改正这些字段；改好后程序会自动读取，无需重启。",
      en: "Correct these keys as config/README.md says; the product reads the file again by itself.",
    },
  );
}

const NAMES = {
  mch_id: {
    check: "merchant_number",
    wrongKind: /^wx/,
    other: { zh: "mch_id 里填的是 appid", en: "mch_id holds an app id" },
    form: { zh: "mch_id 应为纯数字的商户号", en: "mch_id must be the merchant number: digits only" },
    next: {
      zh: "商户号在商户平台 → 账户中心 → 商户信息，8 至 10 位数字。",
      en: "The merchant number is shown at merchant platform → 账户中心 → 商户信息: 8 to 10 digits.",
    },
  },
  appid: {
    check: "app",
    wrongKind: /^[0-9]+$/,
    other: { zh: "appid 里填的是商户号", en: "appid holds a merchant number" },
    form: { zh: "appid 应形如 wx 加 16 位", en: "appid must look like wx and 16 more characters" },
    next: {
      zh: "填公众号、小程序或应用的 AppID（wx 开头），并确认它已在商户平台 → 产品中心 → AppID账号管理 绑定。",
      en: "Give the AppID (wx…) of the official account, mini program or app, bound at merchant platform → 产品中心 → AppID账号管理.",
    },
  },
} as const;

function examineName({ texts, problems }: Papers, key: keyof typeof NAMES): Finding {
  const { check, wrongKind, other, form, next } = NAMES[key];
  const text = texts[key];
  if (text === undefined) return failed(check, missing(key), next);
  if (wrongKind.test(text)) return failed(check, other, next);
  return problems.some((problem) => problem.key === key)
    ? failed(check, form, next)
    : ok(check, { zh: text, en: text });
}

const TAKE_V3_KEY: BilingualText = {
  zh: "在商户平台 → 账户中心 → API安全 → 设置APIv3密钥，把 32 个字符填入 api_v3_key（与 APIv2 密钥、AppSecret 都不同）。",
  en: "Set it at merchant platform → 账户中心 → API安全 → APIv3密钥 and put its 32 characters into api_v3_key (it is neither the API v2 key nor the AppSecret).",
};
const TAKE_V2_KEY: BilingualText = {
  zh: "在商户平台 → 账户中心 → API安全 → 设置APIv2密钥，把 32 个字符填入 api_key（与 APIv3 密钥不同）。",
  en: "Set it at merchant platform → 账户中心 → API安全 → APIv2密钥 and put its 32 characters into api_key (it is not the APIv3 key).",
};

function examineV3Key({ texts, problems }: Papers, wantsV3: boolean): Finding {
  const check = "api_v3_key";
  if (!wantsV3) return notApplicable(check, { zh: "未使用 API v3", en: "API v3 is not used" });
  const { api_v3_key: key, app_secret: appSecret } = texts;
  if (key === undefined) return failed(check, missing("api_v3_key"), TAKE_V3_KEY);
  if (problems.some((problem) => problem.key === "api_v3_key"))
    return failed(check, lengthOf("api_v3_key", key), TAKE_V3_KEY);
  if (key === appSecret) return failed(check, isTheSecret("api_v3_key"), TAKE_V3_KEY);
  return ok(check, { zh: "32 个字符", en: "32 characters" });
}

function examineV2Key({ texts, problems }: Papers): Finding {
  const check = "api_v2_key";
  const { api_key: key, app_secret: appSecret } = texts;
  if (key === undefined) return notApplicable(check, { zh: "未使用 API v2", en: "API v2 is not used" });
  if (problems.some((problem) => problem.key === "api_key"))
    return failed(check, lengthOf("api_key", key), TAKE_V2_KEY);
  if (key === appSecret) return failed(check, isTheSecret("api_key"), TAKE_V2_KEY);
  return ok(check, { zh: "32 个字符", en: "32 characters" });
}

const isTheSecret = (key: string): BilingualText => ({
  zh: `${key} 里填的是 AppSecret`,
  en: `${key} holds the AppSecret`,
});

const lengthOf = (key: string, text: string): BilingualText =>
  text.includes("-----BEGIN")
    ? { zh: `${key} 里是一段PEM文本`, en: `${key} holds a PEM text` }
    : {
        zh: `${key} 应为 32 个字符，实有 ${text.length} 个`,
        en: `${key} must have 32 characters, it has ${text.length}`,
      };

function examineAppSecret({ texts, problems }: Papers): Finding {
  const check = "app_secret";
  if (texts.app_secret === undefined) {
    return notApplicable(check, {
      zh: "未填写：微信内改用二维码支付",
      en: "not given: inside WeChat the QR code is used",
    });
  }
  if (!problems.some(({ key }) => key === "app_secret")) return ok(check, { zh: "已填写", en: "given" });
  return failed(
    check,
    { zh: "app_secret 格式不对", en: "app_secret has a wrong form" },
    {
      zh: "在公众平台 → 设置与开发 → 开发接口管理 重置并复制 AppSecret。",
      en: "Reset and copy the AppSecret at mp.weixin.qq.com → 设置与开发 → 开发接口管理.",
    },
  );
}

function examineNotifyUrl(papers: Papers): Finding {
  const check = "notify_url";
  const text = papers.texts.notify_url;
  const next = {
    zh: "notify_url 填 https://你的域名/payment/notify：公网可达、443 端口、不带参数、不需登录。",
    en: "Make notify_url https://your.domain/payment/notify: public, port 443, no query, no sign-in.",
  };
  if (text === undefined) return failed(check, missing("notify_url"), next);
  const url = URL.parse(text);
  if (url === null) return failed(check, { zh: "notify_url 不是网址", en: "notify_url is no address" }, next);
  const isLocal = isLoopback(new URL(apiBaseOf(papers)));
  const faults: BilingualText[] = [];
  if (url.search !== "" || text.includes("?")) faults.push({ zh: "带有参数", en: "has a query" });
  if (url.hash !== "" || url.username !== "") faults.push({ zh: "带有 # 或用户名", en: "has a fragment or a user" });
  if (!isLocal && url.protocol !== "https:") faults.push({ zh: "不是 https", en: "is not https" });
  if (!isLocal && !isPublic(url))
    faults.push({ zh: "不是公网地址，微信无法访问", en: "is not public: WeChat cannot reach it" });
  if (faults.length > 0) {
    const list = { zh: faults.map(({ zh }) => zh).join("、"), en: faults.map(({ en }) => en).join(", ") };
    return failed(check, { zh: `${text} ${list.zh}`, en: `${text} ${list.en}` }, next);
  }
  if (!url.pathname.endsWith("/payment/notify")) {
    return failed(
      check,
      { zh: `${text} 不以 /payment/notify 结尾`, en: `${text} does not end in /payment/notify` },
      next,
    );
  }
  if (!isLocal && url.port !== "")
    return warn(check, { zh: `${text} 使用了端口 ${url.port}`, en: `${text} uses port ${url.port}` }, next);
  return ok(check, { zh: text, en: text });
}

export const nothingToExamine = (): Finding =>
  unknown(
    "config_file",
    { zh: "没有配置文件，数据库中也没有账户", en: "there is no configuration file, and no account in the database" },
    {
      zh: "把 config/payment_config.example.json 复制为 config/payment_config.json 并填写；或 npm start 使用沙箱。",
      en: "Copy config/payment_config.example.json to config/payment_config.json and fill it in; or use the sandbox with npm start.",
    },
  );
