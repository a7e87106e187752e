import path from "node:path";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts, product } from "../support/product.ts";
import startProduct from "../support/start-product.ts";
import { withDistantStandby } from "./distant-standby.ts";
import { measure, ratio, report } from "./http-bench.ts";
import { noticeOf, readPlatformKeys } from "./notices.ts";
import { webProcessId } from "./processes.ts";
import { seedWaitingOrders } from "./seed.ts";

const NOTICES = 6_000;

/** What a synchronous standby one millisecond away costs: the same notices without it, with it, and without it again. */
export async function benchStandby(): Promise<void> {
  await choosePorts();
  const stopProduct = await startProduct();
  try {
    const server = await attachPostgres({ dataDir: path.join(product.dataDir, "postgres") });
    if (!server) throw new Error("the product's database was not found");
    const keys = readPlatformKeys(product.dataDir);
    const ours = { port: Number(process.env.E2E_PORT), pid: webProcessId() };
    const settle = async (name: string, prefix: string) => {
      const numbers = await seedWaitingOrders(server.url(), prefix, NOTICES);
      const request = (n: number) => noticeOf(keys, numbers[n] ?? "", "/payment/notify");
      return measure(`notify: ${name}`, ours, { requests: NOTICES, request });
    };
    const alone = await settle("alone", "sa");
    const followed = await withDistantStandby(server, () => settle("synchronous standby 1 ms away", "sf"));
    const again = await settle("alone again", "sg");
    report([alone, followed, again]);
    console.log(`  = ${ratio(followed, alone)} and ${ratio(followed, again)} of the rate without\n`);
  } finally {
    await stopProduct();
  }
}
