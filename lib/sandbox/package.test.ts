import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

// Goal: this folder can be published as it is.
// Method: build it as `npm pack` does, into a folder from which nothing of this repository can be found, and start it there.

const NODE = "node_modules/.bin/node";
const SOURCES = "lib/sandbox";
const run = promisify(execFile);

let folder: string;
let manifest: { exports: { ".": Record<string, string> }; bin: Record<string, string> };
let running: ChildProcess | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-package-"));
  manifest = JSON.parse(await readFile(join(SOURCES, "package.json"), "utf8"));
  const config = join(SOURCES, "tsconfig.build.json");
  await run(NODE, ["node_modules/typescript/bin/tsc", "-p", config, "--outDir", join(folder, "dist")]);
  await cp(join(SOURCES, "phone/assets"), join(folder, "dist/phone/assets"), { recursive: true });
  await copyFile(join(SOURCES, "package.json"), join(folder, "package.json"));
}, 120_000);

afterAll(async () => {
  running?.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

test("the built package has its front door with types, and starts from the command line", async () => {
  const { types = "", default: code = "" } = manifest.exports["."];
  expect(await readFile(join(folder, types), "utf8")).toContain("startSandbox");
  const built = JSON.stringify(join(folder, code));
  const names = await run(NODE, ["-e", `import(${built}).then((it) => console.log(Object.keys(it).join()))`]);
  expect(names.stdout.trim()).toBe("makeCertificate,makePlatformCertificate,runSandbox,startSandbox");

  const bin = join(folder, manifest.bin["wechatpay-sandbox"] ?? "");
  const child = spawn(NODE, [bin, "--port", "0", "--data-dir", join(folder, "data"), "--merchant-name", "测试店"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running = child;
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const url = /^sandbox listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1];
  const control = (await (await fetch(`${url}/control`)).json()) as { calls: object };
  expect(Object.keys(control.calls)).toContain("POST /control/pay");
  expect((await fetch(`${url}/phone/phone.js`)).status).toBe(200);
  const credentials = JSON.parse(await readFile(join(folder, "data/sandbox/payment_config.json"), "utf8"));
  expect(credentials).toMatchObject({ api_base: url, merchant_name: "测试店" });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each([
  ["--port", "x"],
  ["--prot", "1"],
])("%s %s is refused with the usage", async (...flags) => {
  const refused = run(NODE, [join(SOURCES, "bin.ts"), ...flags]);
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("--notify-url") });
});
