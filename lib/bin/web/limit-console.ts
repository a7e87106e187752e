import { CONSOLE_LINES_PER_KIND_PER_MINUTE, CONSOLE_LINES_PER_MINUTE } from "#lib/base/web-limits.ts";
import { lineQuota } from "#lib/ops/line-quota.ts";

type Write = (...given: unknown[]) => void;

/** What differs between two lines of one kind: numbers, ids, quotations from the request. */
const VARYING = /"[^"]*"|'[^']*'|`[^`]*`|[0-9a-f]{8,}|\d+/gi;

/**
 * Next writes each failed request to the console, with its stack, and the console goes to a log of bounded size. A few lines
 * of each kind per minute are enough.
 */
export function limitConsole(target: Pick<Console, "error" | "warn"> = console): void {
  const quota = lineQuota({ perMinute: CONSOLE_LINES_PER_KIND_PER_MINUTE, inAllPerMinute: CONSOLE_LINES_PER_MINUTE });
  for (const level of ["error", "warn"] as const) {
    const write: Write = target[level].bind(target);
    target[level] = (...given: unknown[]) => {
      const leftOut = quota.take(kindOf(given));
      if (leftOut === null) return;
      if (leftOut > 0) write(`${leftOut} more lines like the next one were left out`);
      write(...given);
    };
  }
}

const kindOf = (given: readonly unknown[]): string =>
  given
    .map((each) => (each instanceof Error ? each.message : typeof each === "string" ? each : ""))
    .join(" ")
    .split("\n", 1)[0]
    ?.replaceAll(VARYING, "…")
    .slice(0, 100) ?? "";
