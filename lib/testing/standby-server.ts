import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../bin/postgres/start-postgres.mjs";

interface StandbyOptions {
  /** A new one; the standby's data go there. */
  readonly folder: string;
  readonly durable: boolean;
  /** Where the standby reaches its primary; by default straight. */
  readonly primaryPort?: number;
  /** What the primary knows it by. */
  readonly name?: string;
}

/**
 * A streaming standby of a running embedded server, made as `pg_basebackup` does: its files, copied between the two calls that
 * make the copy consistent. The package of the embedded server has no `pg_basebackup`.
 */
export async function startStandby(primary: PostgresServer, options: StandbyOptions): Promise<PostgresServer> {
  const { folder, durable, primaryPort = primary.port, name = "standby" } = options;
  const client = new pg.Client({ connectionString: primary.superuserUrl("postgres") });
  await client.connect();
  try {
    await client.query("select pg_backup_start('standby', true)");
    // As root, the server's account has to get in.
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    execFileSync("cp", ["-a", path.join(primary.base, "cluster"), folder]);
    const { rows } = await client.query<{ labelfile: string }>("select labelfile from pg_backup_stop(false)");
    const data = path.join(folder, "cluster/data");
    rmSync(path.join(data, "postmaster.pid"), { force: true });
    rmSync(path.join(folder, "cluster/port"), { force: true });
    const address = new URL(primary.superuserUrl("postgres"));
    const from = `host=127.0.0.1 port=${primaryPort} user=${address.username} password=${address.password} application_name=${name}`;
    writeFileSync(path.join(data, "backup_label"), rows[0]?.labelfile ?? "");
    writeFileSync(path.join(data, "standby.signal"), "");
    writeFileSync(path.join(data, "postgresql.auto.conf"), `primary_conninfo = '${from}'\n`, { mode: 0o600 });
    const written = ["backup_label", "standby.signal", "postgresql.auto.conf"].map((name) => path.join(data, name));
    const { uid, gid } = statSync(path.join(data, "PG_VERSION"));
    for (const file of written) chownSync(file, uid, gid);
  } finally {
    await client.end();
  }
  return startPostgres({ dataDir: folder, durable, owned: false });
}
