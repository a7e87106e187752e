import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Queryable } from "./client.ts";

// Which migrations this program holds, which a database has, and what the difference means for a program that would work with it.

/** What a database was made by. */
export interface MigrationName {
  readonly name: string;
  readonly checksum: string;
}

export interface Migration extends MigrationName {
  readonly sql: string;
}

export interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

export interface HistoryComparison {
  /** Of this program, not yet in the database. */
  readonly pending: readonly Migration[];
  /** In the database, made by a newer program. */
  readonly newer: readonly string[];
  /** Of `newer`, the one that took away what this program needs; null while it can work with all of them. */
  readonly outdatedBy: string | null;
}

const NAME = /^\d{4}_[a-z0-9_]+$/;
/** `0210_contract_0195_old_column`: takes away what programs do not use that have 0195 or a later migration. */
const CONTRACT = /^\d{4}_contract_(\d{4})_/;

/** The database was upgraded by a newer program. The message is one sentence that says what to do. */
export class NewerDatabase extends Error {
  override readonly name = "NewerDatabase";

  constructor({ newer, outdatedBy }: Omit<HistoryComparison, "pending">) {
    const names = newer.length > 2 ? `${newer[0]} and ${newer.length - 1} more` : newer.join(" and ");
    super(
      outdatedBy === null
        ? `the database is newer than this program (it has ${names}): start the newer program, or go back to this one on purpose with \`npm run -s cli -- upgrade --back\` (config/upgrading.md)`
        : `the database is newer than this program, which cannot work with it any more (${outdatedBy} took away what it needs): start the newer program, or restore the backup that was made before the upgrade (config/upgrading.md)`,
    );
  }
}

/** @throws where a folder is not named like a migration */
export async function readMigrations(
  folder = path.join(process.cwd(), "prisma", "migrations"),
): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const name of names) {
    if (!NAME.test(name)) throw new Error(`migration ${name} is not named like 0001_what_it_does`);
  }
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(folder, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

export async function readApplied(client: Queryable): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `select migration_name, checksum, finished_at from _prisma_migrations
     where rolled_back_at is null order by migration_name`,
  );
  return rows;
}

/** @throws where the database's history is not the one that our files tell, nor a continuation of it */
export function compareHistory(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): HistoryComparison {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const own = migrations.at(-1)?.name ?? "";
  const newer: string[] = [];
  for (const { migration_name: name, checksum, finished_at: finishedAt } of applied) {
    const migration = known.get(name);
    if (finishedAt === null) throw new Error(`migration ${name} was begun by another tool and never finished`);
    if (!migration) {
      if (name < own) throw new Error(`migration ${name} is in the database, but not in this program`);
      newer.push(name);
      continue;
    }
    if (migration.checksum !== checksum) throw new Error(`migration ${name} was changed after it had been applied`);
    known.delete(name);
  }
  const last = applied.at(-1)?.migration_name ?? "";
  for (const name of known.keys()) {
    if (name < last) throw new Error(`migration ${name} comes before ${last}, which is already applied`);
  }
  return { pending: [...known.values()], newer, outdatedBy: newer.find((name) => takesAwayFrom(own, name)) ?? null };
}

function takesAwayFrom(own: string, name: string): boolean {
  const [, since] = CONTRACT.exec(name) ?? [];
  return since !== undefined && own.slice(0, 4) < since;
}
