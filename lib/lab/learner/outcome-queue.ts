import type { OfferOutcome } from "../../intelligence/learner/offer-policy.ts";

/** Decisions made since, after which an outcome that has not come is no longer waited for. */
const WAIT_DECISIONS = 150;

/**
 * Payments are known within minutes, and that nobody paid only when the order has expired. Folded as they come, the newest
 * outcomes are therefore the paid ones, and whatever was just offered more often looks as if it worked. So outcomes are
 * handed on in the order of their decisions.
 */
export class OutcomeQueue {
  readonly #waiting = new Map<string, { readonly at: number; outcome: OfferOutcome | null }>();
  #decided = 0;

  decided(id: string): void {
    this.#waiting.set(id, { at: this.#decided, outcome: null });
    this.#decided += 1;
  }

  /** @returns what can be folded now, in its order */
  known(outcome: OfferOutcome): OfferOutcome[] {
    const own = outcome.kind === "pay" ? this.#waiting.get(outcome.id) : undefined;
    if (own === undefined) return [outcome];
    own.outcome = outcome;
    const ready: OfferOutcome[] = [];
    for (const [id, { at, outcome: its }] of this.#waiting) {
      if (its === null && this.#decided - at <= WAIT_DECISIONS) break;
      this.#waiting.delete(id);
      if (its !== null) ready.push(its);
    }
    return ready;
  }
}
