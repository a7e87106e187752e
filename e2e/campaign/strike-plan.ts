import type { HoldPlace } from "../support/crash/database.ts";
import { PARTS, type Part } from "../support/crash/product.ts";
import type { Seeded } from "../support/crash/seeded.ts";

// What befalls the product, and when: at which share of the orders.

export type Blow =
  | { readonly kind: "kill"; readonly part: Part }
  | { readonly kind: "kill launcher" }
  | { readonly kind: "kill everything" }
  | { readonly kind: "freeze"; readonly part: Part; readonly ms: number }
  /** WeChat's clock and ours differ by ten minutes for a while. */
  | { readonly kind: "clock"; readonly skewMs: number; readonly ms: number }
  | { readonly kind: "disk full"; readonly ms: number }
  | { readonly kind: "jobs emptied" }
  /** A part is killed while a transaction is exactly there. */
  | { readonly kind: "kill at"; readonly place: HoldPlace; readonly part: Part };

export interface Strike {
  /** After so many orders have begun. */
  readonly after: number;
  readonly blow: Blow;
}

/** The crash table: before and in the commit of each step that intends, and of each that concludes. */
const CRASH_TABLE: readonly { readonly place: HoldPlace; readonly parts: readonly Part[] }[] = [
  { place: { table: "orders", event: "insert", at: "commit" }, parts: ["web", "postgres"] },
  { place: { table: "payment_attempts", event: "insert", at: "row" }, parts: ["web"] },
  { place: { table: "payment_attempts", event: "insert", at: "commit" }, parts: ["web", "postgres"] },
  { place: { table: "payment_attempts", event: "update of status", at: "row" }, parts: ["web", "worker"] },
  { place: { table: "payment_attempts", event: "update of status", at: "commit" }, parts: ["web", "postgres"] },
  { place: { table: "journal_entries", event: "insert", at: "row" }, parts: ["web", "worker"] },
  { place: { table: "journal_entries", event: "insert", at: "commit" }, parts: ["web", "postgres"] },
  { place: { table: "notify_receipts", event: "insert", at: "commit" }, parts: ["web"] },
  { place: { table: "refunds", event: "insert", at: "commit" }, parts: ["web", "postgres"] },
  { place: { table: "refunds", event: "update of status", at: "row" }, parts: ["worker", "web"] },
  { place: { table: "webhook_events", event: "insert", at: "commit" }, parts: ["web"] },
  { place: { table: "webhook_deliveries", event: "update of status", at: "commit" }, parts: ["worker"] },
];

const ORDERS_PER_ROUND = 1_000;
/** How long the disk is full, or the clocks differ. */
const BLOW_MS = 4_000;
const SHORT_BLOW_MS = 1_500;

/** One round in the short form; then one for each so many orders. Everything dies in the middle and at the end of each. */
export function drawStrikes(seeded: Seeded, orders: number): Strike[] {
  const rounds = Math.max(1, Math.round(orders / ORDERS_PER_ROUND));
  const blows = Array.from({ length: rounds }, () => drawRound(seeded, orders)).flat();
  return blows.map((blow, index) => ({ after: Math.floor(((index + 1) * orders) / (blows.length + 1)), blow }));
}

function drawRound(seeded: Seeded, orders: number): Blow[] {
  const isShort = orders < ORDERS_PER_ROUND / 2;
  const ms = isShort ? SHORT_BLOW_MS : BLOW_MS;
  const atLines = CRASH_TABLE.flatMap(({ place, parts }): Blow[] => [
    { kind: "kill at", place, part: seeded.pick(parts) },
  ]);
  const others: Blow[] = [
    ...PARTS.map((part): Blow => ({ kind: "kill", part })),
    ...PARTS.map((part): Blow => ({ kind: "freeze", part, ms: Math.floor(seeded.between(ms / 4, ms * 1.5)) })),
    { kind: "clock", skewMs: 600_000, ms },
    { kind: "clock", skewMs: -600_000, ms },
    { kind: "disk full", ms },
    { kind: "jobs emptied" },
    { kind: "kill launcher" },
  ];
  if (!isShort) {
    const shuffled = seeded.shuffled([...atLines, ...others]);
    return [...shuffled.slice(0, 12), { kind: "kill everything" }, ...shuffled.slice(12), { kind: "kill everything" }];
  }
  // The short form: a bit of each kind.
  const kinds = ["kill", "freeze", "clock", "disk full"];
  const some = kinds.map((kind) => seeded.pick(others.filter((blow) => blow.kind === kind)));
  return [...seeded.shuffled([...some, seeded.pick(atLines)]), { kind: "kill everything" }];
}
