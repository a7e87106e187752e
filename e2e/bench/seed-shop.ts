import { mkdirSync } from "node:fs";
import path from "node:path";
import { startPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { createChainKeeper } from "#lib/ops/ledger/keep-chains.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { rollUpBehaviour } from "#lib/storage/behaviour/behaviour-roll-up.ts";
import { openDatabase, type Pool } from "#lib/storage/client.ts";
import { readHeads } from "#lib/storage/ledger/chain-links.ts";
import { rollUpOrderDays } from "#lib/storage/orders/order-days.ts";
import { indexOrders } from "#lib/storage/orders/order-search.ts";
import { rollUpTakings } from "#lib/storage/takings/takings-roll-up.ts";
import { startProductIn } from "../support/start-product.ts";
import { seeded, seedYear } from "./seed-year.ts";

export interface ShopToSeed {
  readonly orders: number;
  readonly days: number;
}

/** What the chain of the journal was extended by. */
export interface Chaining {
  readonly entries: number;
  readonly seconds: number;
}

const PREFIX = "by";

/** Fills the shop in `folder` with so many orders; the shop is made first where there is none. Its product must not be running. */
export async function seedShop(folder: string, { orders, days }: ShopToSeed): Promise<Chaining> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`;
  const say = (line: string) => console.error(`${line} (${seconds()})`);
  await (await startProductIn(folder))();
  const server = await startPostgres({ dataDir: path.join(folder, "postgres"), durable: true });
  try {
    const { made, finished } = await seeded(server.superuserUrl(), PREFIX);
    if (made > 0) say(`${made.toLocaleString("en")} orders were there`);
    if (!finished) {
      const onProgress = (done: number) => say(`${done.toLocaleString("en")} orders`);
      await seedYear(server.superuserUrl(), { orders, days, until: new Date(), prefix: PREFIX, onProgress });
      say("indexes built, statistics made");
    }
    return await workOff(server.superuserUrl(), say);
  } finally {
    await server.stop();
  }
}

/** What the worker would do in the hours after, so that it does not stand beside what is measured. */
async function workOff(url: string, say: (line: string) => void): Promise<Chaining> {
  const database = openDatabase({ url, poolSize: 5 });
  const { pool } = database;
  try {
    await rollUpBehaviour(pool, systemClock.now());
    const takings = rollUpTakings(pool, systemClock.now()).then(() => say("takings added up"));
    const days = rollUpOrderDays(pool, systemClock.now()).then(() => say("days added up"));
    await Promise.all([takings, days, indexOrders(pool, systemClock.now())]);
    const chaining = await chainAll(pool);
    say("journal chained");
    await pool.query("vacuum analyze takings_hours, order_days, chain_links, chain_heads");
    return chaining;
  } finally {
    await database.close();
  }
}

async function chainAll(pool: Pool): Promise<Chaining> {
  const linked = async () => Number((await readHeads(pool)).find(({ chain }) => chain === "journal")?.rows);
  const [before, began] = [await linked(), performance.now()];
  const keeper = createChainKeeper({ pool, clock: systemClock });
  while ((await keeper.turn()) === "again");
  return { entries: (await linked()) - before, seconds: (performance.now() - began) / 1_000 };
}
