import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// Goal: a process that has just started has loaded only what it works with all the time. What is needed for a mail, a backup, a PDF
// or a page of the dashboard is loaded when it is, so that a quiet shop does not pay for it with its memory.

const SEEN = `
  import { registerHooks } from "node:module";
  const seen = new Set();
  registerHooks({ load(url, context, next) { seen.add(url); return next(url, context); } });
  process.on("exit", () => process.stdout.write(JSON.stringify([...seen, ...process.moduleLoadList])));`;
const run = promisify(execFile);

/** Node's compile cache, filled as a build fills it. */
let compiled: string;
const environment = () => ({ ...process.env, NODE_ENV: "production" as const, NODE_COMPILE_CACHE: compiled });

beforeAll(async () => {
  compiled = await mkdtemp(path.join(tmpdir(), "lingfu-compiled-"));
  const compile = `await (await import("./lib/bin/launch/compile-ahead.mjs")).compileAhead(); process.exit(0);`;
  await run(process.execPath, ["--input-type=module", "--eval", compile], { env: environment() });
}, 60_000);
afterAll(() => rm(compiled, { recursive: true, force: true }));

/** The packages, own files and Node's own modules that the modules which an entry imports bring. The entry itself would begin its work. */
async function loadedBy(entry: string): Promise<ReadonlySet<string>> {
  const source = readFileSync(entry, "utf8");
  const imported = [...source.matchAll(/^(?:import|\}) .*from "([^"]+)";$/gm)].map(([, name = ""]) =>
    name.startsWith(".") ? path.resolve(path.dirname(entry), name) : name,
  );
  expect(imported.length).toBeGreaterThan(5);
  const lines = imported.map((name) => `await import(${JSON.stringify(name)});`).join("\n");
  const hook = `data:text/javascript,${encodeURIComponent(SEEN)}`;
  const command = ["--import", hook, "--input-type=module", "--eval", `${lines}\nprocess.exit(0);`];
  const { stdout } = await run(process.execPath, command, { env: environment(), maxBuffer: 10_000_000 });
  const names = (JSON.parse(stdout) as string[]).map((url) => {
    const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url) ?? [];
    return name ?? path.relative(process.cwd(), url.replace(/^file:\/\//, ""));
  });
  return new Set(names);
}

const LATER = [
  ...["@prisma/client", "@prisma/adapter-pg", "prisma/generated/client.ts"],
  ...["nodemailer", "web-push", "ssh2", "ssh2-sftp-client", "@point-of-sale/receipt-printer-encoder"],
  ...[
    "hucre",
    "pdfkit",
    "fontkit",
    "sharp",
    "@opentelemetry/sdk-trace-base",
    "esbuild",
    "typescript",
    "tsx",
    "lib/ops/export-traces.ts",
  ],
];

test.each([
  ["web", "graphile-worker"],
  ["worker", "next"],
])(
  "a started %s process",
  async (name, others) => {
    const loaded = await loadedBy(path.resolve(`lib/bin/${name}.ts`));
    expect(loaded).toContain("lib/compose.ts");
    expect(loaded).toContain("pg");
    expect([...LATER, others].filter((each) => loaded.has(each))).toEqual([]);
  },
  60_000,
);

/** Runs an entry itself, with settings that it refuses. */
async function builtInsOf(entry: string): Promise<readonly string[]> {
  const hook = `data:text/javascript,${encodeURIComponent(SEEN)}`;
  const refused = { ...environment(), DATABASE_URL: "", SANDBOX_PORT: "none" };
  const ended = run(process.execPath, ["--import", hook, entry], { env: refused, maxBuffer: 10_000_000 });
  const { code, stdout } = (await ended.catch((cause: { code: number; stdout: string }) => cause)) as {
    code?: number;
    stdout: string;
  };
  expect(code).toBe(1);
  return JSON.parse(stdout);
}

test.each(["web", "worker", "sandbox"])(
  "the build has compiled all TypeScript that a %s process starts with",
  async (name) => {
    // Node's own compiler takes ten megabytes in the process that loads it.
    const builtIns = await builtInsOf(`lib/bin/${name}.ts`);
    expect(builtIns).toContain("NativeModule fs");
    expect(builtIns.filter((each) => /amaro/.test(each))).toEqual([]);
  },
);

test("a launcher that has asked whether the shop is ready holds neither a package nor Node's web client", async () => {
  const launch = path.resolve("lib/bin/launch");
  const asks = `await import("${launch}/start-all.mjs");
    const state = await (await import("${launch}/health-checks.mjs")).isReady({ port: 1 });
    if (!/ECONNREFUSED/.test(state)) process.exit(1);
    process.exit(0);`;
  const hook = `data:text/javascript,${encodeURIComponent(SEEN)}`;
  const { stdout } = await run(process.execPath, ["--import", hook, "--input-type=module", "--eval", asks]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded).toContain(`file://${launch}/rolling-restart.mjs`);
  expect(loaded.filter((each) => /node_modules|undici/.test(each))).toEqual([]);
});
