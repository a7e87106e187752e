import { execFileSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import path from "node:path";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts, product } from "../support/product.ts";
import { makeScratchFolder, startProductIn } from "../support/start-product.ts";
import { measure, report } from "./http-bench.ts";
import type { PreparedRequest } from "./load.ts";
import { noticeOf, readPlatformKeys } from "./notices.ts";
import { webProcessId } from "./processes.ts";
import { seededOrderId, seedWaitingOrders } from "./seed.ts";
import { type ShopToSeed, seedShop } from "./seed-shop.ts";

interface LargeBench extends ShopToSeed {
  /** A folder that keeps the large shop for the next run; without it the shop is made anew and thrown away. */
  readonly keep?: string | undefined;
}

/** What is measured in a shop, by name: calls in calls per second, work in seconds, a backup also in MB. */
type LargeFigures = Readonly<Record<string, number>>;

const SMALL_ORDERS = 10_000;
const STATUS_CALLS = 20_000;
const ORDERS = 6_000;
const ROUNDS = 2;

/** The hot calls and a shop's nightly work among so many orders, beside a shop of ten thousand. */
export async function benchLarge({ orders, days, keep }: LargeBench): Promise<void> {
  await choosePorts();
  const small = await measureShop({ orders: SMALL_ORDERS, days });
  const large = await measureShop({ orders, days, keep });
  const heads = [SMALL_ORDERS, orders].map((count) => `${count.toLocaleString("en")} orders`);
  const round = (figure = Number.NaN) => Number(figure.toPrecision(3));
  console.table(
    Object.fromEntries(
      Object.entries(small).map(([name, figure]) => [
        name,
        {
          [heads[0] ?? ""]: round(figure),
          [heads[1] ?? ""]: round(large[name]),
          share: round((large[name] ?? 0) / figure),
        },
      ]),
    ),
  );
}

async function measureShop({ keep, ...shop }: LargeBench): Promise<LargeFigures> {
  const folder = keep === undefined ? makeScratchFolder("large") : path.resolve(keep);
  await seedShop(folder, shop);
  const stopProduct = await startProductIn(folder);
  try {
    return { ...(await measureCalls(folder)), ...measureWork(folder) };
  } finally {
    await stopProduct();
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The better of the rounds, so that a checkpoint in one of them does not count as the shop's size. */
async function measureCalls(folder: string): Promise<LargeFigures> {
  const server = await attachPostgres({ dataDir: path.join(folder, "postgres") });
  if (!server) throw new Error("the product's database was not found");
  const keys = readPlatformKeys(folder);
  const { secret } = JSON.parse(command("keys", "create", "--name", "bench", "--json")) as { secret: string };
  const ours = { port: Number(process.env.E2E_PORT), pid: webProcessId() };
  const best = { status: 0, create: 0, notify: 0 };
  for (let n = 0; n < ROUNDS; n++) {
    const prefix = `b${Date.now()}x`;
    const numbers = await seedWaitingOrders(server.url(), prefix, ORDERS);
    const status = (n: number): PreparedRequest => ({
      method: "GET",
      path: `/api/orders/${seededOrderId(prefix, (n % ORDERS) + 1)}/status`,
    });
    const create = (n: number): PreparedRequest => ({
      method: "POST",
      path: "/api/v1/orders",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${secret}`,
        "idempotency-key": `${prefix}-${n}`,
      },
      body: JSON.stringify({ items: [{ name: "拿铁", price: 18, quantity: 1 }] }),
    });
    const notify = (n: number) => noticeOf(keys, numbers[n] ?? "", "/payment/notify");
    const measured = {
      status: await measure("status", ours, { requests: STATUS_CALLS, request: status }),
      create: await measure("create", ours, { requests: ORDERS, request: create, expected: 201 }),
      notify: await measure("notify that settles", ours, { requests: ORDERS, request: notify }),
    };
    report(Object.values(measured));
    for (const name of ["status", "create", "notify"] as const) {
      best[name] = Math.max(best[name], measured[name].perSecond);
    }
  }
  return { "status /s": best.status, "create /s": best.create, "notify that settles /s": best.notify };
}

function measureWork(folder: string): LargeFigures {
  const backup = path.join(folder, `bench-${Date.now()}.backup`);
  const yesterday = beijingDay(addMs(new Date(), -DAY_MS));
  const seconds = (...args: readonly string[]) => {
    const began = performance.now();
    command(...args);
    const took = (performance.now() - began) / 1_000;
    console.log(`${args[0]}: ${took.toFixed(1)} s`);
    return took;
  };
  const figures = {
    "reconcile a day, s": seconds("reconcile", "--date", yesterday, "--json"),
    "cleanup, s": seconds("cleanup", "--json"),
    "backup, s": seconds("backup", backup),
    "backup, MB": statSync(backup).size / 1e6,
    "verify-backup, s": seconds("verify-backup", backup),
  };
  rmSync(backup);
  return figures;
}

/** @returns what it printed. A day with differences ends with 1: the bill of the sandbox knows nothing of seeded orders. */
function command(...args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, ["lib/bin/run.mjs", "lib/bin/cli.ts", ...args], {
      env: product.environment,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
  } catch (cause) {
    const { status, stdout } = cause as { status: number | null; stdout: string };
    if (args[0] === "reconcile" && status === 1) return stdout;
    throw cause;
  }
}
