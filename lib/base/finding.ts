import { type Sentence, say } from "../texts/sentence.ts";

// What the doctor finds: one result for each check, the evidence, and the one thing to do next. Never a secret.

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
  "database_connections",
  "database_replica",
  "database_settings",
  "migrations",
  "master_key",
  "worker",
  "sweeps",
  "webhooks",
  "backups",
  "ledger",
  "disk",
  "new_version",
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Finding {
  readonly check: CheckName;
  readonly result: Result;
  readonly evidence: Sentence;
  /** What to do next; null when nothing has to be done. */
  readonly next: Sentence | null;
}

type Make = (check: CheckName, evidence: Sentence, next?: Sentence) => Finding;

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
  evidence: say("both", { one: one.evidence, other: other.evidence }),
});
