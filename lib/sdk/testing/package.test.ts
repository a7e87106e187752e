import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// Goal: this folder can be published as it is, and its types hold in somebody else's project.
// Method: build it as `npm pack` does, into a project from which nothing of this repository can be found.

const NODE = "node_modules/.bin/node";
const TSC = "node_modules/typescript/bin/tsc";
const SOURCES = "lib/sdk";
const run = promisify(execFile);

let project: string;
let installed: string;
let manifest: { dependencies?: object; exports: { ".": Record<string, string> } };

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "sdk-package-"));
  installed = join(project, "node_modules/@lingfu/sdk");
  await mkdir(installed, { recursive: true });
  manifest = JSON.parse(await readFile(join(SOURCES, "package.json"), "utf8"));
  await run(NODE, [TSC, "-p", join(SOURCES, "tsconfig.build.json"), "--outDir", join(installed, "dist")]);
  await copyFile(join(SOURCES, "package.json"), join(installed, "package.json"));
}, 120_000);
afterAll(() => rm(project, { recursive: true }));

test("the built package has its front door and depends on nothing", async () => {
  expect(manifest.dependencies).toBeUndefined();
  const script = 'import("@lingfu/sdk").then((it) => console.log(Object.keys(it).join()))';
  const node = join(process.cwd(), NODE);
  const { stdout } = await run(node, ["-e", script], { cwd: project });
  expect(stdout.trim()).toBe(
    "LingfuConnectionError,LingfuError,WebhookVerificationError,createLingfu,signRequest,verifyWebhook",
  );
});

const USED_RIGHT = `
import { createLingfu, LingfuError, type Order, verifyWebhook } from "@lingfu/sdk";
const lingfu = createLingfu({ baseUrl: "https://pay.example", key: { id: "k", secret: "s" } });
const order: Order = await lingfu.orders.create({ items: [{ name: "a", price: "1.00", quantity: 1 }] });
const due: number = order.amountDue;
for await (const each of lingfu.orders.all({ status: "paid", createdFrom: new Date(0), limit: 50 })) each.payUrl.length;
const event = await verifyWebhook({ payload: "", headers: {}, secret: "whsec_" });
if (event.type === "refund.succeeded") event.data.outRefundNo.length + due;
else if (event.type === "order.paid") event.data.outTradeNo.length;
if (Math.random() > 2) throw new LingfuError({ status: 400, code: "invalid_request", detail: "" });
`;

test.each([
  ["right use compiles", USED_RIGHT, null],
  ["an unknown field", `${USED_RIGHT}lingfu.orders.list({ statos: "paid" });`, "statos"],
  ["a missing field", `${USED_RIGHT}lingfu.orders.create({});`, "items"],
  ["a status that does not exist", `${USED_RIGHT}order.status === "lost";`, "no overlap"],
])("%s", async (_, source, complaint) => {
  await writeFile(join(project, "use.ts"), source);
  const flags = ["--noEmit", "--strict", "--ignoreConfig", "--types", "", "--target", "esnext", "--module", "nodenext"];
  await writeFile(join(project, "package.json"), '{"type":"module"}');
  const told = await run(NODE, [TSC, ...flags, join(project, "use.ts")]).then(
    () => null,
    ({ stdout }) => String(stdout),
  );
  if (complaint === null) expect(told).toBeNull();
  else expect(told).toContain(complaint);
});
