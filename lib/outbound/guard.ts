import {
  BrokenCircuitError,
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
  noJitterGenerator,
} from "cockatiel";
import type { BreakerBudget } from "#lib/base/call-budgets.ts";

// A peer that does not answer is left alone for a while, so that nothing waits for it in vain, and what waits for it is bounded. A call
// that is not sent for that is neither done nor refused: the caller says that it does not know, and asks again later.

interface PeerGuardOptions<Result> {
  readonly budget: BreakerBudget;
  /** Whether the peer failed, rather than said no. */
  readonly isFailure: (result: Result) => boolean;
  readonly onChange?: (peer: string, state: "resting" | "well") => void;
}

export interface NotSent {
  readonly kind: "not_sent";
  readonly why: "resting" | "full";
}

interface Guard<Result> {
  /** Runs `work`, or says why it is not run. Each peer is guarded by itself. */
  run(peer: string, work: () => Promise<Result>): Promise<Result | NotSent>;
}

interface Peer {
  readonly breaker: CircuitBreakerPolicy;
  readonly room: BulkheadPolicy;
  restsSince: number;
}

/** Peers that are remembered; those that are well are forgotten first. */
const PEERS_MAX = 1_000;

export function createGuard<Result>(options: PeerGuardOptions<Result>): Guard<Result> {
  const { budget, isFailure, onChange = () => {} } = options;
  const peers = new Map<string, Peer>();

  function createPeer(name: string): Peer {
    const breaker = circuitBreaker(
      handleWhenResult((result) => isFailure(result as Result)),
      {
        breaker: new ConsecutiveBreaker(budget.failures),
        halfOpenAfter: new ExponentialBackoff({
          initialDelay: budget.restMs,
          maxDelay: budget.restMsMax,
          generator: noJitterGenerator,
        }),
      },
    );
    const peer: Peer = { breaker, room: bulkhead(budget.atOnce, budget.waiting), restsSince: 0 };
    breaker.onBreak(() => {
      peer.restsSince = Date.now();
      onChange(name, "resting");
    });
    breaker.onReset(() => onChange(name, "well"));
    return peer;
  }
  function peerOf(name: string): Peer {
    const known = peers.get(name);
    // The library goes by the clock: where it is put back, a rest would last until it has caught up.
    const isStuck = known?.breaker.state === CircuitState.Open && Date.now() < known.restsSince;
    if (known !== undefined && !isStuck) return known;
    if (peers.size >= PEERS_MAX) forgetOne();
    const made = createPeer(name);
    peers.set(name, made);
    return made;
  }
  function forgetOne(): void {
    for (const [name, { breaker, room }] of peers) {
      if (breaker.state !== CircuitState.Closed || room.executionSlots < budget.atOnce) continue;
      peers.delete(name);
      return;
    }
  }
  return {
    async run(name, work) {
      const { breaker, room } = peerOf(name);
      // One call tries the peer again; the others do not wait for what comes of it.
      if (breaker.state === CircuitState.HalfOpen) return { kind: "not_sent", why: "resting" };
      try {
        // What waited for its turn asks the breaker only then.
        return await room.execute(() => breaker.execute(work));
      } catch (cause) {
        if (cause instanceof BrokenCircuitError) return { kind: "not_sent", why: "resting" };
        if (cause instanceof BulkheadRejectedError) return { kind: "not_sent", why: "full" };
        throw cause;
      }
    },
  };
}
