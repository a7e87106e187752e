import { randomBytes } from "node:crypto";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startThrowAwayPostgres, type ThrowAwayPostgres } from "../bin/postgres/throw-away.mjs";
import { migrate } from "../storage/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the migrated database that tests clone. */
    templateUrl: string;
    /** Why there is none: it fails the tests that want it, and leaves the others alone. */
    templateProblem: string;
  }
}

/** vitest's global set-up: one server for the run, with one migrated database that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.LINGFU_TEST_POSTGRES;
  const server = given ? borrowed(given) : await asPlainRole(await startThrowAwayPostgres());
  const template = `lingfu_tpl_${process.pid}`;
  const templateUrl = server.url(template);
  project.provide("templateUrl", templateUrl);
  project.provide("templateProblem", await migrate(templateUrl).then(() => "", String));
  return async () => {
    if (given) await dropLeftOvers(given, template);
    await server.stop();
  };
}

/** As in production nothing runs as superuser; the tests' role may make databases besides, since each file has its own. */
async function asPlainRole({ url, stop }: ThrowAwayPostgres): Promise<ThrowAwayPostgres> {
  const client = new pg.Client({ connectionString: url("postgres") });
  await client.connect();
  // Of its own, so that a test can search for it in what processes write.
  const password = randomBytes(16).toString("hex");
  await client.query(`create role lingfu_tests login nosuperuser createdb password '${password}'`);
  await client.end();
  const asTests = (database?: string): string => {
    const address = new URL(url(database));
    address.username = "lingfu_tests";
    address.password = password;
    return address.href;
  };
  return { url: asTests, stop };
}

function borrowed(url: string) {
  return {
    url(database = "postgres") {
      const address = new URL(url);
      address.pathname = `/${database}`;
      return address.href;
    },
    async stop() {},
  };
}

async function dropLeftOvers(url: string, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: borrowed(url).url() });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    "select datname from pg_database where starts_with(datname, $1)",
    [template],
  );
  for (const { datname } of rows) {
    await client.query(`drop database if exists ${pg.escapeIdentifier(datname)} with (force)`);
  }
  await client.end();
}
