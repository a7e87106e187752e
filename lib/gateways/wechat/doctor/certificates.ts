import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { type Finding, failed, ok, unknown, warn } from "#lib/base/finding.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { say } from "#lib/texts/sentence.ts";
import { openGcm } from "../crypto/shared-key.ts";
import type { CallResult } from "../send-with-backup.ts";
import { type PlatformCertificate, usableCertificate } from "../v3/download-certificates.ts";
import { foldCode } from "../v3/error-table.ts";
import { certificatesSchema, errorSchema, parseJson } from "../v3/wire.ts";

export interface CertificatesFound {
  readonly findings: readonly Finding[];
  readonly certificates: readonly PlatformCertificate[];
  /** true: the APIv3 key opened something; null: there was nothing to open. */
  readonly keyOpens: boolean | null;
}

const nothing = (...findings: Finding[]): CertificatesFound => ({ findings, certificates: [], keyOpens: null });

/** What the download of platform certificates says of the keys: it is sealed with the APIv3 key. */
export function judgeCertificates(result: CallResult, credentials: CheckableCredentials, now: Date): CertificatesFound {
  const { v3 } = credentials;
  const usesCertificates = v3?.publicKeyId == null;
  if (result.kind === "no_answer") return nothing();
  if (result.status !== 200) {
    const code = foldCode(parseJson(result.body, errorSchema)?.code ?? "");
    const isAbsent = result.status === 404 && code === "RESOURCENOTEXISTS";
    if (!isAbsent || !usesCertificates) return nothing();
    return nothing(failed("wechatpay_key", say("merchantHasNoPlatformCertificates"), say("downloadPublicKey")));
  }
  const entries = parseJson(result.body, certificatesSchema)?.data ?? [];
  if (entries.length === 0 || v3?.apiV3Key == null) return nothing();
  const opened = (key: string): PlatformCertificate[] =>
    entries.flatMap(({ encrypt_certificate: sealed }) => {
      const text = openGcm({ ...sealed, associatedData: sealed.associated_data ?? "" }, key);
      return (text === null ? null : usableCertificate(text.toString("utf8"), now)) ?? [];
    });
  const certificates = opened(v3.apiV3Key.reveal());
  if (certificates.length > 0) {
    const serials = certificates.map(({ serial }) => serial).join(", ");
    const key = ok("api_v3_key", say("keyOpenedCertificates"));
    const held = ok("wechatpay_key", say("platformCertificates", { serials }));
    const until = expiryOf(certificates, now);
    return { findings: usesCertificates ? [key, held, until] : [key], certificates, keyOpens: true };
  }
  return { findings: usesCertificates ? [unknown("wechatpay_key", BLOCKED)] : [], certificates, keyOpens: false };
}

/** WeChat publishes the next one ten days ahead, so that the newest always has more time left than this. */
const RENEWED_MS = 5 * DAY_MS;

function expiryOf(certificates: readonly PlatformCertificate[], now: Date): Finding {
  const last = Math.max(...certificates.map(({ expiresAtMs }) => expiresAtMs));
  const day = beijingDay(new Date(last));
  const evidence = say("platformCertificateEnds", { day });
  if (last - now.getTime() > RENEWED_MS) return ok("certificate_expiry", evidence);
  return warn("certificate_expiry", evidence, say("movetoPublicKey"));
}

const BLOCKED = say("certificatesNotOpened");
