import { beijingDay } from "#lib/base/beijing-time.ts";
import { type Finding, failed, notApplicable, ok, warn } from "#lib/base/finding.ts";
import { CERTIFICATE_EXPIRY_WARN_MS } from "#lib/base/limits.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { type Sentence, type SentenceCode, say } from "#lib/texts/sentence.ts";
import { type CertificateFacts, describePem, type Pem, wordsOf } from "../pem.ts";
import type { ConfigTextKey, ConfigUnderCheck } from "./config-under-check.ts";

// Keys and certificates, looked at on the table: what each really is, and whether those that belong together do.

export function examineKeys(config: ConfigUnderCheck, { wantsV3, now }: { wantsV3: boolean; now: Date }): Finding[] {
  const pem = (key: ConfigTextKey): Pem | null => {
    const text = config.texts[key];
    return text === undefined ? null : describePem(text);
  };
  const table: ConfigKeys = {
    config,
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

interface ConfigKeys {
  readonly config: ConfigUnderCheck;
  readonly wantsV3: boolean;
  readonly privateKey: Pem | null;
  readonly publicKey: Pem | null;
  readonly certificate: Pem | null;
  readonly certificateKey: Pem | null;
}

const TAKE_KEY: Sentence = say("takePrivateKey");

function examinePrivateKey(table: ConfigKeys): Finding {
  const { config, wantsV3, privateKey, certificateKey, certificate } = table;
  const wrong = problemAt(config, ["private_key_path", "key_path"]);
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
    return notApplicable("private_key", say("v2SignsWithoutPrivateKey"));
  }
  if (certificate?.kind === "certificate" && isMerchants(certificate) && certificate.publicDer !== own.publicDer) {
    const { serial } = certificate.certificate;
    return failed("private_key", say("privateKeyDoesNotFit", { serial }), say("takePairFromOneDownload"));
  }
  return ok("private_key", say("privateKeyWellFormed"));
}

const isMerchants = (pem: Pem): boolean => pem.kind === "certificate" && pem.certificate.holder !== "platform";

const TAKE_SERIAL: Sentence = say("takeSerial");
const TAKE_CERTIFICATE: Sentence = say("takeCertificate");

function examineMerchantCertificate({ config, wantsV3, certificate }: ConfigKeys): Finding {
  const check = "merchant_certificate";
  const { serial_no: serial, mch_id: number } = config.texts;
  const wrong = problemAt(config, ["cert_path"]);
  if (wrong !== null && certificate === null) return failed(check, wrong, TAKE_CERTIFICATE);
  if (certificate !== null && !(certificate.kind === "certificate" && isMerchants(certificate))) {
    return failed(check, isWhat("cert_path", certificate), TAKE_CERTIFICATE);
  }
  if (wantsV3) {
    const serialProblem = serialFault(config, certificate?.kind === "certificate" ? certificate.certificate : null);
    if (serialProblem !== null) return failed(check, serialProblem, TAKE_SERIAL);
  }
  if (certificate?.kind !== "certificate") {
    if (wantsV3) return ok(check, say("serialGiven", { serial: serial ?? "" }));
    return warn(check, say("v2CannotRefund"), TAKE_CERTIFICATE);
  }
  const { merchantNumber, serial: own } = certificate.certificate;
  if (merchantNumber !== null && number !== undefined && merchantNumber !== number) {
    return failed(
      check,
      say("certificateOfAnotherMerchant", { merchantNumber, number }),
      say("checkMerchantNumberOrCertificate"),
    );
  }
  return ok(check, say("merchantCertificate", { serial: own }));
}

function serialFault({ texts, problems }: ConfigUnderCheck, certificate: CertificateFacts | null): Sentence | null {
  const { serial_no: serial } = texts;
  if (serial === undefined) return missing("serial_no");
  if (serial.startsWith("PUB_KEY_ID_")) {
    return say("serialIsPublicKeyId");
  }
  if (problems.some(({ key }) => key === "serial_no")) {
    return say("serialNotHexadecimal");
  }
  if (certificate === null || certificate.serial === serial.toUpperCase()) return null;
  return say("serialOfAnotherCertificate", { serial: certificate.serial, given: serial });
}

const TAKE_PUBLIC_KEY: Sentence = say("takePublicKey");

function examineWechatpayKey({ config, wantsV3, publicKey, privateKey }: ConfigKeys): Finding {
  const check = "wechatpay_key";
  if (!wantsV3) return notApplicable(check, say("v2VerifiesWithoutPublicKey"));
  const wrong = problemAt(config, ["wechatpay_public_key_path"]);
  if (wrong !== null && publicKey === null) return failed(check, wrong, TAKE_PUBLIC_KEY);
  const id = config.texts.wechatpay_public_key_id;
  if (publicKey === null && id === undefined) {
    return ok(check, say("platformCertificatesDownloaded"));
  }
  const isOwn =
    publicKey?.kind === "public_key" &&
    privateKey?.kind === "private_key" &&
    publicKey.publicDer === privateKey.publicDer;
  if (isOwn) {
    return failed(check, say("publicKeyIsMerchants"), TAKE_PUBLIC_KEY);
  }
  if (publicKey !== null && publicKey.kind !== "public_key") {
    return failed(check, isWhat("wechatpay_public_key", publicKey), TAKE_PUBLIC_KEY);
  }
  if (publicKey === null) return failed(check, missing("wechatpay_public_key"), TAKE_PUBLIC_KEY);
  if (id === undefined) return failed(check, missing("wechatpay_public_key_id"), TAKE_PUBLIC_KEY);
  if (config.problems.some(({ key }) => key === "wechatpay_public_key_id")) {
    return failed(
      check,
      /^[0-9A-Fa-f]{8,64}$/.test(id) ? say("publicKeyIdIsSerial") : say("publicKeyIdForm"),
      TAKE_PUBLIC_KEY,
    );
  }
  return ok(check, say("publicKeyGiven", { id }));
}

function examineExpiry({ certificate }: ConfigKeys, now: Date): Finding {
  if (certificate?.kind !== "certificate") {
    return notApplicable("certificate_expiry", say("certificateNotInConfiguration"));
  }
  return expiryOf(certificate.certificate.expiresAt, now);
}

/** Whether a certificate still has time enough to be renewed in peace. */
function expiryOf(expiresAt: Date, now: Date): Finding {
  const left = expiresAt.getTime() - now.getTime();
  const day = beijingDay(expiresAt);
  const evidence = say("certificateEnds", { day, days: Math.floor(left / DAY_MS) });
  const next = say("renewCertificate");
  if (left <= 0) return failed("certificate_expiry", evidence, next);
  return left < CERTIFICATE_EXPIRY_WARN_MS
    ? warn("certificate_expiry", evidence, next)
    : ok("certificate_expiry", evidence);
}

export const missing = (key: string): Sentence => say("keyMissing", { key });

const isWhat = (key: string, pem: Pem): Sentence => say("keyHolds", { key, what: wordsOf(pem) });

/** Problems of a file or of two keys together, which the text of one key does not show. */
const OF_FILES: ReadonlySet<SentenceCode> = new Set(["fileMissing", "unreadable", "tooLarge", "givenTwice"]);

/** The reader's problems about these keys. */
function problemAt({ problems }: ConfigUnderCheck, keys: readonly string[]): Sentence | null {
  const found = problems.find(({ key, problem }) => keys.includes(key) && OF_FILES.has(problem.code));
  return found === undefined ? null : say("fileOfKey", found);
}
