import { type CheckName, type Finding, type Result, unknown, worst } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { explainConsequences } from "./consequences.ts";

/** Checks that run together. */
export interface Examination {
  readonly checks: readonly CheckName[];
  readonly run: () => Promise<readonly Finding[]>;
  /** Time limit; default {@link DOCTOR_CHECK_MS}. */
  readonly limitMs?: number;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly result: Exclude<Result, "not_applicable" | "unknown">;
  readonly ms: number;
}

/**
 * Runs all examinations in parallel. One that hangs or throws leaves its checks unknown and does not affect the others. A finding
 * that only follows from another one is marked so: one cause, one alarm.
 */
export async function runExaminations(examinations: readonly Examination[]): Promise<DoctorReport> {
  const started = performance.now();
  const found = await Promise.all(examinations.map(examine));
  const findings = explainConsequences(worst(found.flat()));
  const has = (result: Result) => findings.some((each) => each.result === result);
  return {
    findings,
    result: has("failed") ? "failed" : has("warning") ? "warning" : "ok",
    ms: Math.round(performance.now() - started),
  };
}

async function examine({ checks, run, limitMs = DOCTOR_CHECK_MS }: Examination): Promise<readonly Finding[]> {
  const blank = (evidence: Sentence) => checks.map((check) => unknown(check, evidence));
  const seconds = limitMs / 1_000;
  try {
    return await withTimeout(run(), limitMs, () => blank(say("noResultWithin", { seconds })));
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "?";
    return blank(say("checkBroke", { why }));
  }
}
