import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// Goal: a process that has just started has loaded only what it works with all the time. What is needed for a mail, a backup, a PDF
// or a page of the dashboard is loaded when it is, so that a quiet shop does not pay for it with its memory.

const SEEN = `
  import { registerHooks } from "node:module";
  const seen = new Set();
  registerHooks({ load(url, context, next) { seen.add(url); return next(url, context); } });
  process.on("exit", () => process.stdout.write(JSON.stringify([...seen])));`;

/** The packages and own files that the modules which an entry imports bring. The entry itself would begin its work. */
async function loadedBy(entry: string): Promise<ReadonlySet<string>> {
  const source = readFileSync(entry, "utf8");
  const imported = [...source.matchAll(/^(?:import|\}) .*from "([^"]+)";$/gm)].map(([, name = ""]) =>
    name.startsWith(".") ? path.resolve(path.dirname(entry), name) : name,
  );
  expect(imported.length).toBeGreaterThan(5);
  const lines = imported.map((name) => `await import(${JSON.stringify(name)});`).join("\n");
  const hook = `data:text/javascript,${encodeURIComponent(SEEN)}`;
  const run = ["--import", hook, "--input-type=module", "--eval", `${lines}\nprocess.exit(0);`];
  const { stdout } = await promisify(execFile)(process.execPath, run, {
    env: { ...process.env, NODE_ENV: "production" },
    maxBuffer: 10_000_000,
  });
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
