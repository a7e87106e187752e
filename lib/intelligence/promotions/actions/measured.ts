/** The eligible lines of a promotion, summed. Source: smart.md §3.2, steps 1 and 2. */
export interface Measured {
  /** T: what thresholds are compared with, by the promotion's own base. */
  readonly base: number;
  /** What is still to pay on the eligible lines. */
  readonly running: number;
}
