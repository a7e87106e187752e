import { type Finding, ok, warn } from "#lib/base/finding.ts";
import type { Database } from "#lib/storage/client.ts";
import { plain, say } from "#lib/texts/sentence.ts";
import type { Examination } from "./run-examinations.ts";

/** What decides how much memory the database takes, how much it writes, and how it keeps its tables in order. */
const SHOWN = [
  ...["shared_buffers", "work_mem", "maintenance_work_mem", "effective_cache_size", "max_connections"],
  ...["wal_buffers", "max_wal_size", "checkpoint_timeout"],
  ...["autovacuum", "autovacuum_naptime", "autovacuum_vacuum_scale_factor", "autovacuum_analyze_scale_factor"],
] as const;

/** Off, each of these costs payments that were booked: after a power cut, or once transaction numbers run out. */
const NEEDED = ["fsync", "full_page_writes", "synchronous_commit", "autovacuum"] as const;

export const settingsCheck = (pool: Database["pool"], { sandbox }: { readonly sandbox: boolean }): Examination => ({
  checks: ["database_settings"],
  run: async () => [await examineSettings(pool, sandbox)],
});

async function examineSettings(pool: Database["pool"], sandbox: boolean): Promise<Finding> {
  const check = "database_settings";
  // SQL: what the server says of itself.
  const { rows } = await pool.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from pg_settings where name = any ($1::text[]) order by array_position($1::text[], name)`,
    [[...SHOWN, ...NEEDED]],
  );
  const valueByName = new Map(rows.map(({ name, value }) => [name, value]));
  const off = NEEDED.filter((name) => valueByName.get(name) === "off");
  const said = plain(SHOWN.map((name) => `${name} ${valueByName.get(name) ?? "?"}`).join(", "));
  if (sandbox || off.length === 0) return ok(check, said);
  return warn(check, say("settingsOff", { names: off.join(", ") }), say("switchOn", { names: off.join(", ") }));
}
