import { type BreakerBudget, WEBHOOK_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { EPAY_NOTICES_PER_PID } from "#lib/base/epay-limits.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import { type EpayDeps, openKey } from "#lib/epay/epay.ts";
import { isTaken, paidAddress } from "#lib/epay/protocol.ts";
import { createGuard } from "#lib/outbound/guard.ts";
import { get, type PostResult } from "#lib/outbound/post.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type { DueEpayNotice, EpayOutbox } from "#lib/storage/epay/epay-orders.ts";
import { pauseAfter } from "./retry-schedule.ts";

export interface EpayNoticeDeps {
  readonly outbox: EpayOutbox;
  readonly box: EpayDeps["box"];
  readonly clock: Clock;
  readonly policy: TargetPolicy;
  readonly log: Pick<Log, "info" | "warn">;
  /** When a host that fails is left alone. */
  readonly breaker?: BreakerBudget;
  readonly timeoutMs?: number;
}

/** Tells asking software that its orders are paid, by pid. */
export interface EpayNotices {
  /** Sends the next notice of this pid that is due. */
  turn(pid: string): Promise<"again" | "idle">;
  /** Pids with something due, each as often as it has turns to take. */
  due(): Promise<readonly string[]>;
}

type NoticeOutcome = "told" | "later" | "given_up";
interface NoticeTurn {
  readonly kind: "taken";
  /** Null: nothing was due. */
  readonly outcome: NoticeOutcome | null;
}

/** A lease outlives the try that it is for. */
const LEASE_MS = 30 * SECOND_MS;
const ANSWER_CHARS_MAX = 300;

/** Notices go by GET, as the protocol has it, until `success` is answered, and for more than three days. */
export function createEpayNotices(deps: EpayNoticeDeps): EpayNotices {
  const { outbox, clock } = deps;
  const guard = createGuard<NoticeTurn>({
    budget: deps.breaker ?? WEBHOOK_CALLS,
    isFailure: ({ outcome }) => outcome === "later" || outcome === "given_up",
  });
  return {
    async turn(pid) {
      const turn = await guard.run(pid, async () => {
        const now = clock.now();
        const notice = await outbox.lease(pid, { now, until: addMs(now, LEASE_MS) });
        return { kind: "taken", outcome: notice === null ? null : await tell(deps, notice) };
      });
      return turn.kind === "not_sent" || turn.outcome === null ? "idle" : "again";
    },
    async due() {
      const due = await outbox.duePids(clock.now(), EPAY_NOTICES_PER_PID);
      return due.flatMap(({ pid, turns }) => Array<string>(turns).fill(pid));
    },
  };
}

async function tell(deps: EpayNoticeDeps, notice: DueEpayNotice): Promise<NoticeOutcome> {
  const { outbox, clock, policy, log } = deps;
  const startedAt = clock.now();
  const url = paidAddress(notice.notifyUrl, notice, openKey(deps, notice));
  const timeoutMs = deps.timeoutMs ?? WEBHOOK_CALLS.totalMs;
  const result = await get({ url, headers: {}, policy, timeoutMs });
  const now = clock.now();
  const { orderId, pid, tries } = notice;
  if (result.kind === "answered" && result.status >= 200 && result.status < 300 && isTaken(result.text)) {
    await outbox.end({ orderId, answer: "success", now }, "told");
    log.info("epay.told", { orderId, pid, tries });
    return "told";
  }
  const answer = wordsOf(result).slice(0, ANSWER_CHARS_MAX);
  const pauseMs = pauseAfter(tries, Math.random());
  log.warn("epay.not_told", { orderId, pid, tries, answer });
  if (pauseMs === null) {
    await outbox.end({ orderId, answer, now }, "given_up");
    await outbox.tellGivenUp({ orderId, answer, now }, pid);
    return "given_up";
  }
  await outbox.postpone(orderId, { until: addMs(startedAt, pauseMs), answer });
  return "later";
}

/** What was answered instead of `success`, without its text: it may repeat what it was sent. */
function wordsOf(result: PostResult): string {
  if (result.kind === "failed") return result.error;
  return result.status >= 200 && result.status < 300
    ? "answered something else than success"
    : `answered ${result.status}`;
}
