import type { Database } from "#lib/storage/client.ts";
import type { ProcessMinute } from "#lib/storage/operations/health-minutes.ts";

export interface GatewayCall {
  readonly operation: string;
  readonly outcome: "done" | "refused" | "unknown" | "failed";
  readonly seconds: number;
}

type Counted = Omit<ProcessMinute, "streams" | "poolUsed" | "poolWaiting" | "poolMax">;

const NOTHING: Counted = {
  ...{ notices: 0, noticeS: 0, noticeMaxS: 0 },
  ...{ calls: 0, callS: 0, callMaxS: 0, callsUnknown: 0, callsRefused: 0 },
};

/** Sums of one minute; taking them begins the next. */
export function createMinuteCounter() {
  let now = { ...NOTHING };
  return {
    noteNotice(seconds: number) {
      now.notices += 1;
      now.noticeS += seconds;
      now.noticeMaxS = Math.max(now.noticeMaxS, seconds);
    },
    noteCall({ outcome, seconds }: GatewayCall) {
      now.calls += 1;
      now.callS += seconds;
      now.callMaxS = Math.max(now.callMaxS, seconds);
      if (outcome === "unknown" || outcome === "failed") now.callsUnknown += 1;
      if (outcome === "refused") now.callsRefused += 1;
    },
    take(): Counted {
      const taken = now;
      now = { ...NOTHING };
      return taken;
    },
  };
}

interface ProcessState {
  readonly hub: { readonly watching: number } | undefined;
  readonly pool: Database["pool"] | undefined;
}

/** How this process is right now. */
export const stateOf = ({ hub, pool }: ProcessState): Omit<ProcessMinute, keyof Counted> => ({
  streams: hub?.watching ?? 0,
  poolUsed: pool === undefined ? 0 : pool.totalCount - pool.idleCount,
  poolWaiting: pool?.waitingCount ?? 0,
  poolMax: pool?.options.max ?? 0,
});
