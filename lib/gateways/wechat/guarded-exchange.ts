import { type BreakerBudget, WECHAT_CALLS } from "#lib/base/call-budgets.ts";
import type { Log } from "#lib/base/log.ts";
import { createGuard } from "#lib/outbound/guard.ts";
import { type Exchange, exchange, type NoAnswer, type RawAnswer } from "./transport.ts";

const SERVER_FAILURES: ReadonlySet<number> = new Set([500, 502, 503, 504]);
/** Being asked to slow down (429) is an answer like any other: the next call may be about something else. */
const isFailure = (result: RawAnswer | NoAnswer): boolean =>
  result.kind === "no_answer" || SERVER_FAILURES.has(result.status);

const NOT_SENT = {
  resting: "this host has not answered lately; the call was not sent",
  full: "too many calls wait for this host; the call was not sent",
} as const;

/**
 * The exchange of a process that serves people: a host that fails rests by itself, its backup does not. What is not sent is a call
 * without an answer that cannot have arrived, so it ends as unknown and its row is looked at again; never as refused.
 */
export function createGuardedExchange(
  log: Pick<Log, "info" | "warn">,
  budget: BreakerBudget = WECHAT_CALLS,
  run: Exchange = exchange,
): Exchange {
  const guard = createGuard<RawAnswer | NoAnswer>({
    budget,
    isFailure,
    onChange: (origin, state) =>
      state === "resting" ? log.warn("wechat.host_rests", { origin }) : log.info("wechat.host_answers", { origin }),
  });
  return async (request, limits) => {
    const result = await guard.run(request.origin, () => run(request, limits));
    if (result.kind !== "not_sent") return result;
    return { kind: "no_answer", cause: NOT_SENT[result.why], mayHaveArrived: false, staleConnection: false };
  };
}
