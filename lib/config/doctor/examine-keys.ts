import { beijingDay } from "#lib/base/beijing-time.ts";
import { type BilingualText, type Finding, failed, notApplicable, ok, warn } from "#lib/base/finding.ts";
import { CERTIFICATE_EXPIRY_WARN_MS } from "#lib/base/limits.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { type CertificateFacts, describePem, type Pem, wordsOf } from "./describe-pem.ts";
import type { PaperKey, Papers } from "./papers.ts";

// Keys and certificates, looked at on the table: what each really is, and whether those that belong together do.

export function examineKeys(papers: Papers, { wantsV3, now }: { wantsV3: boolean; now: Date }): Finding[] {
  const pem = (key: PaperKey): Pem | null => {
    const text = papers.texts[key];
    return text === undefined ? null : describePem(text);
  };
  const table: KeyPapers = {
    papers,
    wantsV3,
    privateKey: pem("private_key"),
    publicKey: pem("wechatpay_public_key"),
    certificate: pem("cert"),
    certificateKey: pem("key"),
  };
  return [
    examinePrivateKey(table),
    examineMerchantCertificate(table),
    examineWechatpayKey(table),
    examineExpiry(table, now),
  ];
}

interface KeyPapers {
  readonly papers: Papers;
  readonly wantsV3: boolean;
  readonly privateKey: Pem | null;
  readonly publicKey: Pem | null;
  readonly certificate: Pem | null;
  readonly certificateKey: Pem | null;
}

const TAKE_KEY: BilingualText = {
  zh: "把 apiclient_key.pem 的全文填入 private_key（或用 private_key_path 指向它）。它与商户API证书一同下载，以 BEGIN PRIVATE KEY 开头。",
  en: "Put the whole text of apiclient_key.pem into private_key (or point private_key_path at it). It came with the merchant API certificate and begins with BEGIN PRIVATE KEY.",
};

function examinePrivateKey(table: KeyPapers): Finding {
  const { papers, wantsV3, privateKey, certificateKey, certificate } = table;
  const wrong = problemAt(papers, ["private_key_path", "key_path"]);
  if (wrong !== null) return failed("private_key", wrong, TAKE_KEY);
  for (const [name, held] of [
    ["private_key", privateKey],
    ["key_path", certificateKey],
  ] as const) {
    if (held !== null && held.kind !== "private_key") return failed("private_key", isWhat(name, held), TAKE_KEY);
  }
  if (wantsV3 && privateKey === null) return failed("private_key", missing("private_key"), TAKE_KEY);
  const own = wantsV3 ? privateKey : certificateKey;
  if (own?.kind !== "private_key") {
    return notApplicable("private_key", { zh: "API v2 不用私钥签名", en: "API v2 signs without a private key" });
  }
  if (certificate?.kind === "certificate" && isMerchants(certificate) && certificate.publicDer !== own.publicDer) {
    const { serial } = certificate.certificate;
    return failed(
      "private_key",
      {
        zh: `私钥与商户证书 ${serial} 不是一对`,
        en: `the private key does not fit the merchant certificate ${serial}`,
      },
      {
        zh: "private_key 与 cert_path 要取自同一次下载的证书包；若证书换过，两个文件要一起换。",
        en: "Take private_key and cert_path from the same download; where the certificate was renewed, change both together.",
      },
    );
  }
  return ok("private_key", { zh: "RSA 私钥，格式正确", en: "an RSA private key of the right form" });
}

const isMerchants = (pem: Pem): boolean => pem.kind === "certificate" && pem.certificate.holder !== "platform";

const TAKE_SERIAL: BilingualText = {
  zh: "serial_no 填商户API证书的序列号：商户平台 → 账户中心 → API安全 → 商户API证书 → 管理证书；或 openssl x509 -in apiclient_cert.pem -noout -serial。",
  en: "serial_no takes the serial of the merchant API certificate: merchant platform → 账户中心 → API安全 → 商户API证书; or openssl x509 -in apiclient_cert.pem -noout -serial.",
};
const TAKE_CERTIFICATE: BilingualText = {
  zh: "cert_path 指向商户自己的 apiclient_cert.pem，key_path 指向同一证书包里的 apiclient_key.pem；微信支付平台证书不要填在这里。",
  en: "Point cert_path at the merchant's own apiclient_cert.pem and key_path at apiclient_key.pem of the same download; WeChat Pay's platform certificate does not belong here.",
};

function examineMerchantCertificate({ papers, wantsV3, certificate }: KeyPapers): Finding {
  const check = "merchant_certificate";
  const { serial_no: serial, mch_id: number } = papers.texts;
  const wrong = problemAt(papers, ["cert_path"]);
  if (wrong !== null && certificate === null) return failed(check, wrong, TAKE_CERTIFICATE);
  if (certificate !== null && !(certificate.kind === "certificate" && isMerchants(certificate))) {
    return failed(check, isWhat("cert_path", certificate), TAKE_CERTIFICATE);
  }
  if (wantsV3) {
    const serialProblem = serialFault(papers, certificate?.kind === "certificate" ? certificate.certificate : null);
    if (serialProblem !== null) return failed(check, serialProblem, TAKE_SERIAL);
  }
  if (certificate?.kind !== "certificate") {
    if (wantsV3) return ok(check, { zh: `serial_no ${serial}`, en: `serial_no ${serial}` });
    return warn(
      check,
      { zh: "没有 cert_path 与 key_path，API v2 无法退款", en: "without cert_path and key_path API v2 cannot refund" },
      TAKE_CERTIFICATE,
    );
  }
  const { merchantNumber, serial: own } = certificate.certificate;
  if (merchantNumber !== null && number !== undefined && merchantNumber !== number) {
    return failed(
      check,
      {
        zh: `证书属于商户 ${merchantNumber}，而 mch_id 是 ${number}`,
        en: `the certificate is of merchant ${merchantNumber}, but mch_id is ${number}`,
      },
      {
        zh: "核对 mch_id，或换成该商户号自己的证书。",
        en: "Check mch_id, or take the certificate of that very merchant number.",
      },
    );
  }
  return ok(check, { zh: `商户证书 ${own}`, en: `merchant certificate ${own}` });
}

function serialFault({ texts, problems }: Papers, certificate: CertificateFacts | null): BilingualText | null {
  const { serial_no: serial } = texts;
  if (serial === undefined) return missing("serial_no");
  if (serial.startsWith("PUB_KEY_ID_")) {
    return { zh: "serial_no 里填的是微信支付公钥ID", en: "serial_no holds the id of WeChat Pay's public key" };
  }
  if (problems.some(({ key }) => key === "serial_no")) {
    return {
      zh: "serial_no 应为十六进制的证书序列号",
      en: "serial_no must be a certificate's serial in hexadecimal digits",
    };
  }
  if (certificate === null || certificate.serial === serial.toUpperCase()) return null;
  return {
    zh: `serial_no 是另一张证书的：应为 ${certificate.serial}，填的是 ${serial}`,
    en: `serial_no is that of another certificate: it must be ${certificate.serial}, not ${serial}`,
  };
}

const TAKE_PUBLIC_KEY: BilingualText = {
  zh: "从商户平台 → 账户中心 → API安全 → 微信支付公钥 下载 pub_key.pem 填入 wechatpay_public_key，页面上的 PUB_KEY_ID_… 填入 wechatpay_public_key_id；仍用平台证书的商户两项都留空。",
  en: "Download pub_key.pem at merchant platform → 账户中心 → API安全 → 微信支付公钥 into wechatpay_public_key, and put the PUB_KEY_ID_… shown there into wechatpay_public_key_id; merchants still on platform certificates leave both empty.",
};

function examineWechatpayKey({ papers, wantsV3, publicKey, privateKey }: KeyPapers): Finding {
  const check = "wechatpay_key";
  if (!wantsV3) return notApplicable(check, { zh: "API v2 不用公钥验签", en: "API v2 verifies without a public key" });
  const wrong = problemAt(papers, ["wechatpay_public_key_path"]);
  if (wrong !== null && publicKey === null) return failed(check, wrong, TAKE_PUBLIC_KEY);
  const id = papers.texts.wechatpay_public_key_id;
  if (publicKey === null && id === undefined) {
    return ok(check, { zh: "使用平台证书（自动下载）", en: "platform certificates, downloaded by themselves" });
  }
  const isOwn =
    publicKey?.kind === "public_key" &&
    privateKey?.kind === "private_key" &&
    publicKey.publicDer === privateKey.publicDer;
  if (isOwn) {
    return failed(
      check,
      {
        zh: "wechatpay_public_key 是商户自己的公钥，不是微信支付的",
        en: "wechatpay_public_key is the merchant's own public key, not WeChat Pay's",
      },
      TAKE_PUBLIC_KEY,
    );
  }
  if (publicKey !== null && publicKey.kind !== "public_key") {
    return failed(check, isWhat("wechatpay_public_key", publicKey), TAKE_PUBLIC_KEY);
  }
  if (publicKey === null) return failed(check, missing("wechatpay_public_key"), TAKE_PUBLIC_KEY);
  if (id === undefined) return failed(check, missing("wechatpay_public_key_id"), TAKE_PUBLIC_KEY);
  if (papers.problems.some(({ key }) => key === "wechatpay_public_key_id")) {
    return failed(
      check,
      /^[0-9A-Fa-f]{8,64}$/.test(id)
        ? {
            zh: "wechatpay_public_key_id 里填的是证书序列号",
            en: "wechatpay_public_key_id holds a certificate's serial",
          }
        : {
            zh: "wechatpay_public_key_id 应以 PUB_KEY_ID_ 开头",
            en: "wechatpay_public_key_id must begin with PUB_KEY_ID_",
          },
      TAKE_PUBLIC_KEY,
    );
  }
  return ok(check, { zh: `微信支付公钥 ${id}`, en: `WeChat Pay public key ${id}` });
}

function examineExpiry({ certificate }: KeyPapers, now: Date): Finding {
  if (certificate?.kind !== "certificate") {
    return notApplicable("certificate_expiry", {
      zh: "配置中没有商户证书文件，有效期要到商户平台查看（五年）",
      en: "the merchant certificate is not in the configuration: look up its end on the merchant platform (five years)",
    });
  }
  return expiryOf({ zh: "商户证书", en: "the merchant certificate" }, certificate.certificate.expiresAt, now);
}

/** Whether a certificate still has time enough to be renewed in peace. */
function expiryOf(what: BilingualText, expiresAt: Date, now: Date): Finding {
  const left = expiresAt.getTime() - now.getTime();
  const day = beijingDay(expiresAt);
  const evidence = {
    zh: `${what.zh}到期日 ${day}（${Math.floor(left / DAY_MS)} 天）`,
    en: `${what.en} ends on ${day} (${Math.floor(left / DAY_MS)} days)`,
  };
  const next = {
    zh: "在商户平台 → 账户中心 → API安全 更换证书，把新的序列号与私钥一起填入配置。",
    en: "Renew it at merchant platform → 账户中心 → API安全 and put the new serial and private key into the configuration together.",
  };
  if (left <= 0) return failed("certificate_expiry", evidence, next);
  return left < CERTIFICATE_EXPIRY_WARN_MS
    ? warn("certificate_expiry", evidence, next)
    : ok("certificate_expiry", evidence);
}

export const missing = (key: string): BilingualText => ({ zh: `缺少 ${key}`, en: `${key} is missing` });

const isWhat = (key: string, pem: Pem): BilingualText => {
  const { zh, en } = wordsOf(pem);
  return { zh: `${key} 里是${zh}`, en: `${key} holds ${en}` };
};

/** What the reader of the file says of these keys. */
function problemAt({ problems }: Papers, keys: readonly string[]): BilingualText | null {
  const found = problems.find(
    ({ key, message }) => keys.includes(key) && /not there|cannot be read|too large|is given beside/.test(message),
  );
  return found === undefined
    ? null
    : { zh: `${found.key}：${FILE_WORDS(found.message)}`, en: `${found.key} ${found.message}` };
}

const FILE_WORDS = (message: string): string => (message.includes("not there") ? "指向的文件不存在" : "文件无法读取");
