import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importRules } from "../bin/lint/checks.mjs";

// Goal: each import rule reports its violation.
// Method: a small project in a temporary folder that breaks every rule once, and one that breaks none.

const PLANTED: Record<string, readonly [file: string, source: string]> = {
  "no-circular": ["lib/base/circle-back.ts", 'import "./circle.ts";'],
  "no-orphans": ["lib/base/forgotten.ts", "export const forgotten = 1;"],
  "everything-resolves": ["lib/http/lost.ts", 'import "./nowhere.ts";'],
  "layers-go-down-0": ["lib/base/up.ts", 'import type {} from "../storage/fine.ts";'],
  "layers-go-down-1": ["lib/payment/domain/up.ts", 'import "../ports.ts";'],
  "layers-go-down-2": ["lib/payment/orders/up.ts", 'import "../../storage/fine.ts";'],
  "layers-go-down-3": ["lib/live/up.ts", 'import "../http/fine.ts";'],
  "layers-go-down-4": ["lib/http/up.ts", 'import "../bin/fine.ts";'],
  "core-is-pure": ["lib/payment/domain/impure.ts", 'import "node:fs";'],
  "core-is-pure-contract": ["lib/contract/impure.ts", 'import "pino";'],
  "adapters-are-alone": ["lib/live/neighbour.ts", 'import "../auth/fine.ts";'],
  "next-stays-outside": ["lib/http/react.ts", 'import "react";'],
  "prisma-in-one-place": ["lib/auth/sql.ts", 'import "pg";'],
  "qr-in-one-place": ["lib/http/qr.ts", 'import "uqr";'],
  "browser-is-thin": ["components/thick.tsx", 'import "../lib/payment/index.ts"; export const Thick = () => <p />;'],
  "browser-is-thin-node": ["components/thick-node.tsx", 'import "node:fs";'],
  "lab-stays-outside": ["lib/http/lab.ts", 'import "../lab/fine.ts";'],
  "sandbox-shares-no-code": ["lib/sandbox/friend.test.ts", 'import "../base/fine.ts";'],
  "sandbox-needs-node-only": ["lib/sandbox/needy.ts", 'import "pino";'],
  "sandbox-runs-in-its-own-process": ["lib/http/sandbox.ts", 'import "../sandbox/index.ts";'],
  "sandbox-front-door": ["lib/storage/fine.test.ts", 'import "#lib/sandbox/fine.ts";'],
  "sdk-stands-alone": ["lib/sdk/friend.ts", 'import "../base/fine.ts";'],
  "sdk-stands-alone-node": ["lib/sdk/needy.ts", 'import "node:crypto";'],
  "sdk-is-for-shops": ["lib/http/own-customer.ts", 'import "../sdk/index.ts";'],
  "module-front-door-payment": ["lib/http/side-door.ts", 'import "#lib/payment/ports.ts";'],
  "module-front-door-intelligence": ["lib/http/side-door-2.ts", 'import "#lib/intelligence/inner.ts";'],
  "module-front-door-gateways": ["lib/http/side-door-3.ts", 'import "#lib/gateways/inner.ts";'],
  "module-front-door-jobs": ["lib/http/side-door-4.ts", 'import "#lib/jobs/inner.ts";'],
  "tests-only": ["lib/http/test-only.ts", 'import "#lib/testing/fine.ts";'],
};

const SOUND = {
  "lib/base/circle.ts": 'import "./circle-back.ts";',
  "lib/base/circle-back.ts": "export const fine = 1;",
  "lib/base/fine.ts": "export const fine = 1;",
  "lib/contract/fine.ts": 'import "zod"; import "../base/fine.ts";',
  "lib/texts/fine.ts": 'import type {} from "../contract/fine.ts"; export const fine = 1;',
  "lib/payment/index.ts": 'export * from "./ports.ts";',
  "lib/payment/ports.ts": 'import "./domain/fine.ts"; export interface Port { readonly a: 1 }',
  "lib/payment/domain/fine.ts": 'import "../../base/fine.ts"; export const fine = 1;',
  "lib/payment/domain/fine.test.ts": 'import "vitest"; import "#lib/testing/fine.ts"; import "#lib/storage/fine.ts";',
  "lib/intelligence/inner.ts": "export const fine = 1;",
  "lib/intelligence/index.ts": 'export * from "./inner.ts";',
  "lib/gateways/inner.ts": 'import type { Port } from "#lib/payment/index.ts"; export type P = Port;',
  "lib/gateways/index.ts": 'export * from "./inner.ts";',
  "lib/jobs/inner.ts": 'import "../storage/fine.ts";',
  "lib/jobs/index.ts": 'export * from "./inner.ts";',
  "lib/auth/fine.ts": 'import "../storage/fine.ts";',
  "lib/storage/fine.ts": 'import "pg";',
  "lib/sandbox/fine.ts": 'import "node:http";',
  "lib/sandbox/index.ts": 'export * from "./fine.ts";',
  "lib/sandbox/fine.test.ts": 'import "vitest"; import "./fine.ts";',
  "lib/sdk/inner.ts": "export const fine = 1;",
  "lib/sdk/index.ts": 'export * from "./inner.ts";',
  "lib/sdk/testing/fine.test.ts": 'import "node:fs"; import "../index.ts"; import "../../testing/fine.ts";',
  "lib/http/fine.ts":
    'import "../base/circle.ts"; import "#lib/payment/index.ts"; import "#lib/jobs/index.ts"; import "#lib/contract/fine.ts";',
  "lib/lab/fine.ts": 'import "../intelligence/inner.ts"; export const fine = 1;',
  "lib/testing/fine.ts": 'import "#lib/payment/ports.ts";',
  "lib/bin/bench.ts": 'import "../lab/fine.ts";',
  "lib/bin/fine.ts": 'import "../sandbox/index.ts"; import "../auth/fine.ts"; import "#lib/gateways/index.ts";',
  "components/fine.tsx":
    'import "react"; import "../lib/base/fine.ts"; import "../lib/texts/fine.ts"; export const Fine = () => <p />;',
  "app/page.tsx":
    'import "next/link"; import "../components/fine.tsx"; import "../lib/http/fine.ts"; import "../lib/intelligence/index.ts";',
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lingfu-rules-"));
  for (const file of [".dependency-cruiser.cjs", "package.json"]) await cp(file, path.join(folder, file));
  await symlink(path.resolve("node_modules"), path.join(folder, "node_modules"));
});

afterAll(() => rm(folder, { recursive: true }));

async function build(files: Record<string, string>): Promise<void> {
  for (const [file, source] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), source);
  }
}

interface LintReport {
  readonly summary: { readonly violations: readonly { from: string; rule: { name: string } }[] };
}

async function violations(): Promise<string[]> {
  const [command = "", ...args] = importRules({ folder, output: "json" });
  const text = await new Promise<string>((resolve) => {
    execFile(command, args, { cwd: folder, maxBuffer: 50_000_000 }, (_cause, stdout) => resolve(stdout));
  });
  const report: LintReport = JSON.parse(text);
  return report.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}

test("a project that keeps the rules passes, and each rule reports its violation", async () => {
  await build(SOUND);
  expect(await violations()).toEqual([]);
  await build(Object.fromEntries(Object.values(PLANTED)));
  const found = await violations();
  for (const [rule, [file]] of Object.entries(PLANTED)) expect(found).toContain(`${rule}: ${file}`);
});

test("every rule has its violation planted here", async () => {
  const rules: { forbidden: { name: string }[] } = (await import(path.resolve(".dependency-cruiser.cjs"))).default;
  expect(Object.keys(PLANTED).sort()).toEqual(rules.forbidden.map(({ name }) => name).sort());
});
