import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";

// Goal: the shell's PostgreSQL variables never reach the embedded database or its clients, and third-party tools never see our
// secrets. Method: the environments that a fresh process makes from a shell with all of these variables.

const POSTGRES = {
  PGHOST: "db.example",
  PGHOSTADDR: "192.0.2.1",
  PGPORT: "1",
  PGUSER: "me",
  PGPASSWORD: "hunter22",
  PGDATABASE: "mine",
  PGSSLMODE: "require",
  PGSSLROOTCERT: "/nowhere",
  PGOPTIONS: "-c search_path=elsewhere",
  PGSERVICE: "shop",
  PGPASSFILE: "/nowhere",
  PGTZ: "Asia/Shanghai",
  NODE_PG_FORCE_NATIVE: "1",
};
const SECRETS = {
  MASTER_KEY: "s1",
  MASTER_KEY_PREVIOUS: "s2",
  ADMIN_PASSWORD: "s3",
  METRICS_TOKEN: "s4",
  DATABASE_URL: "s5",
  DATABASE_LISTEN_URL: "s6",
  DATABASE_REPLICA_URL: "s7",
};
const SHELL = {
  PATH: process.env.PATH ?? "",
  NODE_ENV: "test" as const,
  HTTPS_PROXY: "http://proxy.example",
  PGP_KEY: "not theirs",
};

function environmentIn(shell: Record<string, string>, expression: string): Record<string, string> {
  const code = `import * as runtime from "./lib/bin/launch/runtime.mjs"; console.log(JSON.stringify(runtime.${expression}))`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", code], { env: { ...SHELL, ...shell } });
  return JSON.parse(said.toString());
}

const namesOf = (environment: Record<string, string>, among: object) =>
  Object.keys(among).filter((name) => name in environment);

test("a third-party tool sees neither our secrets nor PostgreSQL's variables", () => {
  const seen = environmentIn({ ...POSTGRES, ...SECRETS }, 'toolEnvironment({ NODE_ENV: "production" })');
  expect(namesOf(seen, { ...POSTGRES, ...SECRETS })).toEqual([]);
  expect(seen).toMatchObject({ HTTPS_PROXY: SHELL.HTTPS_PROXY, NODE_ENV: "production", PATH: SHELL.PATH });
});

test("a process of the product sees its secrets, and PostgreSQL's variables only with an external database", () => {
  const shell = { ...POSTGRES, ...SECRETS };
  const embedded = environmentIn(shell, "productEnvironment({ ownDatabase: false })");
  expect(namesOf(embedded, POSTGRES)).toEqual([]);
  expect(embedded).toMatchObject(SECRETS);
  expect(environmentIn(shell, "productEnvironment({ ownDatabase: true })")).toMatchObject({ ...SECRETS, ...POSTGRES });
});

test("installing and building use the environment of a tool, also by default", () => {
  const script = `import { runTool, typescriptRuntime } from "./lib/bin/launch/runtime.mjs";
    const { stdout } = await runTool([...typescriptRuntime(), "-p", "JSON.stringify(process.env)"]);
    console.log(stdout);`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...SHELL, ...POSTGRES, ...SECRETS },
  });
  expect(namesOf(JSON.parse(said.toString()), { ...POSTGRES, ...SECRETS })).toEqual([]);
});

test("a new data folder is closed to others; an existing one is not changed", () => {
  const parent = mkdtempSync(path.join(os.tmpdir(), "lingfu-folder-"));
  try {
    const open = (folder: string, options: string) => {
      const code = `process.umask(0); const { openDataFolder } = await import("./lib/bin/launch/settings.mjs"); openDataFolder(${JSON.stringify(folder)}, ${options})`;
      expect(spawnSync(process.execPath, ["--input-type=module", "-e", code], { env: SHELL }).status).toBe(0);
      return statSync(folder).mode & 0o777;
    };
    const apart = path.join(parent, "below", "apart");
    expect(open(apart, "{ embedded: false }")).toBe(0o700);
    // As root, the database runs under another account, whose group may enter.
    const isRoot = process.getuid?.() === 0;
    expect(open(path.join(parent, "own"), "{ embedded: true }")).toBe(isRoot ? 0o710 : 0o700);
    expect(open(parent, "{}")).toBe(0o700);
  } finally {
    rmSync(parent, { recursive: true });
  }
});
