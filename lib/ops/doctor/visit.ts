import { type CheckName, type Finding, type Result, undetermined, type Words, worst } from "#lib/base/finding.ts";
import { DOCTOR_CHECK_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { titleOf } from "./titles.ts";
import { traceBack } from "./trace-back.ts";

/** Some checks that are made together. */
export interface Examination {
  readonly checks: readonly CheckName[];
  readonly run: () => Promise<readonly Finding[]>;
  /** How long it may take; a look takes {@link DOCTOR_CHECK_MS} at most. */
  readonly limitMs?: number;
}

/** A finding under the name that people have for its check. */
export interface TitledFinding extends Finding {
  readonly title: Words;
}

export interface Visit {
  readonly findings: readonly TitledFinding[];
  readonly result: Exclude<Result, "not_applicable" | "unknown">;
  readonly ms: number;
}

/**
 * Makes all examinations side by side; one that hangs or breaks leaves its checks unknown and the others alone. What merely
 * follows from another finding is told as such: one cause, one alarm.
 */
export async function visit(examinations: readonly Examination[]): Promise<Visit> {
  const started = performance.now();
  const found = await Promise.all(examinations.map(examine));
  const findings = traceBack(worst(found.flat())).map((finding) => ({ ...finding, title: titleOf(finding.check) }));
  const has = (result: Result) => findings.some((each) => each.result === result);
  return {
    findings,
    result: has("failed") ? "failed" : has("warning") ? "warning" : "ok",
    ms: Math.round(performance.now() - started),
  };
}

async function examine({ checks, run, limitMs = DOCTOR_CHECK_MS }: Examination): Promise<readonly Finding[]> {
  const blank = (evidence: Words) => checks.map((check) => undetermined(check, evidence));
  const seconds = limitMs / 1_000;
  try {
    return await withTimeout(run(), limitMs, () =>
      blank({ zh: `${seconds} 秒内没有结果`, en: `no result within ${seconds} s` }),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : "?";
    return blank({ zh: `检查未能完成：${why}`, en: `the check could not be made: ${why}` });
  }
}
