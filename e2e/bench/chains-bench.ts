import pg from "pg";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts, product } from "../support/product.ts";
import startProduct from "../support/start-product.ts";
import { runLoad } from "./load.ts";
import { noticeOf, readPlatformKeys } from "./notices.ts";
import { seedWaitingOrders } from "./seed.ts";

// What the hash chains cost: payments settled per second while the worker writes the chains, and while it cannot. It is kept from it by
// the lock that it takes itself, so nothing in the product has a switch for this.

const CONNECTIONS = 32;
const ROUNDS = 6;
const NOTICES = 1_500;
const SHARE_MAX = 0.05;

export async function benchChains(): Promise<void> {
  await choosePorts();
  const stopProduct = await startProduct();
  try {
    const server = await attachPostgres({ dataDir: `${product.dataDir}/postgres` });
    if (!server) throw new Error("the product's database was not found");
    await compare(server.url());
  } finally {
    await stopProduct();
  }
}

async function compare(databaseUrl: string): Promise<void> {
  const settle = async (prefix: string): Promise<number> => {
    const keys = readPlatformKeys(product.dataDir);
    const numbers = await seedWaitingOrders(databaseUrl, prefix, NOTICES);
    const { perSecond, statuses } = await runLoad({
      port: Number(process.env.E2E_PORT),
      connections: CONNECTIONS,
      requests: NOTICES,
      request: (n) => noticeOf(keys, numbers[n] ?? "", "/payment/notify"),
    });
    if (statuses[200] !== NOTICES) throw new Error(`not every notice settled: ${JSON.stringify(statuses)}`);
    return perSecond;
  };
  // The first of all warms up, and each pair is turned round, so that neither has the better place.
  await settle("w");
  const pairs: { held: number; written: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const held = () => withChainsHeld(databaseUrl, () => settle(`h${round}x`));
    const written = () => settle(`c${round}x`);
    if (round % 2 === 0) pairs.push({ held: await held(), written: await written() });
    else pairs.push(await written().then(async (first) => ({ written: first, held: await held() })));
    await chainsCaughtUp(databaseUrl);
  }
  console.table(pairs.map((pair) => ({ ...pair, cost: `${(100 * costOf(pair)).toFixed(1)} %` })));
  const cost = pairs.map(costOf).toSorted((one, two) => one - two)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  console.log(`the chains cost ${(100 * cost).toFixed(1)} % of what is settled (median; aim ≤ ${100 * SHARE_MAX} %)`);
}

const costOf = ({ held, written }: { held: number; written: number }): number => 1 - written / held;

/** Links are written under the heads' row locks; the worker waits for them and tries again. */
async function withChainsHeld<Result>(databaseUrl: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("begin; select from chain_heads for update");
    return await work();
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

/** What was held up is written before the next round, and counts in none. */
async function chainsCaughtUp(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (;;) {
    const { rows } = await client.query<{ behind: boolean }>(
      `select (select max(id) from journal_entries) > (select row_id from chain_heads where chain = 'journal') as behind`,
    );
    if (rows[0]?.behind !== true) break;
    await client.query("select pg_sleep(0.5)");
  }
  await client.end();
}
