import { setTimeout as sleep } from "node:timers/promises";
import { hold } from "../support/crash/database.ts";
import { until } from "../support/crash/until.ts";
import type { CampaignProduct } from "./campaign-product.ts";
import { note, type OrderRecord } from "./crowd.ts";
import type { Doors } from "./shop-calls.ts";
import type { Blow, Strike } from "./strike-plan.ts";

// Strikes the product as the plan says, while the orders go on.

const REACHED_MS = 20_000;
const READY_MS = 120_000;
const SETTLED_MS = 120_000;
const LOOK_MS = 200;

interface CrashRecovery {
  /** From the death of everything to the first request that is served. */
  readonly servingMs: number;
  /** To the last order settled whose money was on its way just then and whose notice has no fault of its own. */
  readonly settledMs: Promise<number | null>;
  /** How many these were when everything died. */
  readonly affected: number;
}

export interface StrikeCount {
  readonly counts: Map<string, number>;
  readonly recoveries: CrashRecovery[];
  /** Blows that could not be struck here, and why. */
  readonly missed: Map<string, string>;
}

export interface Ring {
  readonly campaign: CampaignProduct;
  readonly doors: Doors;
  readonly records: readonly OrderRecord[];
  readonly struck: StrikeCount;
  readonly say: (line: string) => void;
}

/** @param begun how many orders have begun */
export async function strikeAll(ring: Ring, strikes: readonly Strike[], begun: () => number): Promise<void> {
  for (const { after, blow } of strikes) {
    while (begun() < after) await sleep(LOOK_MS);
    const since = performance.now();
    await strike(ring, blow);
    const struck = performance.now();
    await ring.campaign.product.settle();
    const took = (until: number, from: number) => ((until - from) / 1_000).toFixed(1);
    ring.say(`‖ ${nameOf(blow)}: ${took(struck, since)} s, all parts up ${took(performance.now(), struck)} s later`);
  }
}

async function strike(ring: Ring, blow: Blow): Promise<void> {
  const name = nameOf(blow);
  for (const record of ring.records) if (record.orderId !== "") note(record, `‖ ${name}`);
  const missed = await land(ring, blow);
  if (missed !== null) ring.struck.missed.set(name, missed);
  else ring.struck.counts.set(name, (ring.struck.counts.get(name) ?? 0) + 1);
}

function nameOf(blow: Blow): string {
  if (blow.kind === "kill at") return `kill ${blow.part} at ${blow.place.table} ${blow.place.event} (${blow.place.at})`;
  if (blow.kind === "clock") return `clock ${blow.skewMs > 0 ? "+" : "-"}10 min`;
  return "part" in blow ? `${blow.kind} ${blow.part}` : blow.kind;
}

/** @returns why it could not be struck, or null */
async function land(ring: Ring, blow: Blow): Promise<string | null> {
  const { campaign, doors } = ring;
  const { product, disk } = campaign;
  switch (blow.kind) {
    case "kill":
      if (blow.part === "worker") campaign.killAnother();
      return product.strike(blow.part) ? null : "it did not run";
    case "kill launcher":
      await product.killLauncher();
      await product.start();
      return null;
    case "kill everything":
      ring.struck.recoveries.push(await killEverything(ring));
      return null;
    case "freeze": {
      const frozen = product.freeze(blow.part);
      await sleep(blow.ms);
      frozen.thaw();
      return null;
    }
    case "clock":
      await doors.tell("clock", { skewMs: blow.skewMs });
      await sleep(blow.ms);
      await doors.tell("clock", { skewMs: 0 });
      return null;
    case "disk full":
      if (!disk.canBeFull) return "mounting takes root";
      if (!disk.fill()) return "too much was being written";
      await sleep(blow.ms);
      disk.empty();
      return null;
    case "jobs emptied":
      await product.query("delete from graphile_worker._private_jobs");
      return null;
    case "kill at":
      return killAt(ring, blow);
  }
}

async function killAt({ campaign }: Ring, { place, part }: Extract<Blow, { kind: "kill at" }>): Promise<string | null> {
  const { product } = campaign;
  const held = await hold(product, place, REACHED_MS);
  const backend = await held.reached().catch(() => null);
  if (backend !== null) {
    if (part === "worker") campaign.killAnother();
    product.strike(part);
  }
  await held.release();
  return backend === null ? "no transaction came there in time" : null;
}

async function killEverything({ campaign, records }: Ring): Promise<CrashRecovery> {
  const { product } = campaign;
  const paid = records
    .filter(({ paidAtMs, plan }) => paidAtMs !== null && plan.faults.length === 0)
    .map(({ orderId }) => orderId);
  const open = async (orderIds: readonly string[]) => {
    const sql = "select id from orders where id = any($1) and status = 'pending'";
    return (await product.query<{ id: string }>(sql, [orderIds])).map(({ id }) => id);
  };
  const affected = await open(paid);
  const since = performance.now();
  await campaign.killEverything();
  await product.start();
  await until("it serves", async () => (await fetch(`${product.url}/readyz`)).ok, { timeoutMs: READY_MS });
  const servingMs = Math.round(performance.now() - since);
  const isSettled = async () => (await open(affected)).length === 0;
  const watch = until("what was on its way is settled", isSettled, { timeoutMs: SETTLED_MS });
  const settledMs = watch.then(() => Math.round(performance.now() - since)).catch(() => null);
  return { servingMs, affected: affected.length, settledMs };
}
