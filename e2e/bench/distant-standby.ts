import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import pg from "pg";
import type { PostgresServer } from "#lib/bin/postgres/start-postgres.mjs";
import { startStandby } from "#lib/testing/standby-server.ts";
import { until } from "../support/crash/until.ts";

const NAME = "distant";
const HOLD_MS = 1;

/** Runs `work` while every commit waits for a synchronous standby, whose packets take a millisecond each way. */
export async function withDistantStandby<Result>(
  primary: PostgresServer,
  work: () => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-standby-"));
  chmodSync(folder, 0o755); // As root, the server's account has to get in.
  const client = new pg.Client({ connectionString: primary.superuserUrl("postgres") });
  const relay = new Worker(new URL("./holding-relay.ts", import.meta.url), {
    workerData: { port: primary.port, holdMs: HOLD_MS },
  });
  const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => relay.terminate()];
  try {
    const primaryPort = await new Promise<number>((resolve, reject) =>
      relay.once("message", resolve).once("error", reject),
    );
    const standby = await startStandby(primary, {
      ...{ folder: path.join(folder, "standby"), durable: true, primaryPort, name: NAME },
    });
    endings.unshift(() => standby.stop());
    await client.connect();
    endings.unshift(() => client.end());
    await client.query(`alter system set synchronous_standby_names = '${NAME}'`);
    endings.unshift(async () => {
      await client.query("alter system reset synchronous_standby_names");
      await client.query("select pg_reload_conf()");
    });
    await client.query("select pg_reload_conf()");
    await until("commits wait for the standby", async () => {
      const { rows } = await client.query(
        "select from pg_stat_replication where application_name = $1 and sync_state = 'sync' and state = 'streaming'",
        [NAME],
      );
      return rows.length === 1;
    });
    return await work();
  } finally {
    for (const end of endings) await end();
  }
}
