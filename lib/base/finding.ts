// What the doctor finds: one result for each check, the evidence, and the one thing to do next. Never a secret.

/** One sentence in Chinese and English. */
export interface BilingualText {
  readonly zh: string;
  readonly en: string;
}

const RESULTS = ["ok", "warning", "failed", "not_applicable", "unknown"] as const;
export type Result = (typeof RESULTS)[number];

const CHECKS = [
  "mode",
  "environment",
  "config_file",
  "private_key",
  "merchant_certificate",
  "merchant_number",
  "wechatpay_key",
  "api_v3_key",
  "api_v2_key",
  "app",
  "app_secret",
  "certificate_expiry",
  "dns",
  "connection",
  "clock",
  "signed_call",
  "answer_verified",
  "notify_url",
  "notify_door",
  "notify_echo",
  "last_notify",
  "pay_page",
  "proxy",
  "database",
  "migrations",
  "master_key",
  "worker",
  "sweeps",
  "webhooks",
  "backups",
  "disk",
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Finding {
  readonly check: CheckName;
  readonly result: Result;
  readonly evidence: BilingualText;
  /** What to do next; null when nothing has to be done. */
  readonly next: BilingualText | null;
}

/** The same text in both languages: names, numbers, codes. */
export const same = (text: string): BilingualText => ({ zh: text, en: text });

type Make = (check: CheckName, evidence: BilingualText, next?: BilingualText) => Finding;

const maker =
  (result: Result): Make =>
  (check, evidence, next) => ({ check, result, evidence, next: next ?? null });

export const ok = maker("ok");
export const warn = maker("warning");
export const failed = maker("failed");
export const unknown = maker("unknown");
export const notApplicable = maker("not_applicable");

const SEVERITY: Readonly<Record<Result, number>> = { not_applicable: 0, ok: 1, unknown: 2, warning: 3, failed: 4 };

/** One finding for each check: the worst; of equals the first, but the evidence of two `ok` findings is joined. */
export function worst(findings: readonly Finding[]): Finding[] {
  const chosen = new Map<CheckName, Finding>();
  for (const finding of findings) {
    const before = chosen.get(finding.check);
    if (before === undefined || SEVERITY[finding.result] > SEVERITY[before.result]) chosen.set(finding.check, finding);
    else if (finding.result === "ok" && before.result === "ok") chosen.set(finding.check, both(before, finding));
  }
  return CHECKS.flatMap((check) => chosen.get(check) ?? []);
}

const both = (one: Finding, other: Finding): Finding => ({
  ...one,
  evidence: { zh: `${one.evidence.zh}；${other.evidence.zh}`, en: `${one.evidence.en}; ${other.evidence.en}` },
});
