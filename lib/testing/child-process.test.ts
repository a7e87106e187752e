import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { endChild, startChild } from "./child-process.ts";

// Goal: what a bench or an end-to-end test starts never outlives it and never keeps its port.

const LISTEN = `require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })`;
const DEAF = `process.on("SIGTERM", () => {}); ${LISTEN}`;

const started: { kill(signal: "SIGKILL"): unknown }[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

async function portFrom(stdout: NodeJS.ReadableStream | null): Promise<number> {
  if (stdout === null) throw new Error("there is no output");
  const [text] = await once(stdout, "data");
  return Number(String(text));
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

test("a child and its own child end when their starter is killed", async () => {
  const module = JSON.stringify(new URL("./child-process.ts", import.meta.url).href);
  const start = (code: string) =>
    `import { startChild } from ${module}; startChild(${code}, { stdout: "inherit" }); setInterval(() => {}, 1000);`;
  const inner = JSON.stringify(["-e", LISTEN]);
  const outer = JSON.stringify(["--import", "tsx", "--input-type=module", "-e", start(inner)]);
  const flags = ["--import", "tsx", "--input-type=module"];
  const starter = spawn(process.execPath, [...flags, "-e", start(outer)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(starter);
  const port = await portFrom(starter.stdout);
  expect(await isFree(port)).toBe(false);
  starter.kill("SIGKILL");
  await expect.poll(() => isFree(port), { timeout: 20_000, interval: 50 }).toBe(true);
});

test("a child that does not listen to SIGTERM is killed, and one that has ended is not waited for", async () => {
  const child = startChild(["-e", DEAF], { stdout: "pipe" });
  started.push(child);
  const port = await portFrom(child.stdout);
  await endChild(child, 50);
  expect(child.signalCode).toBe("SIGKILL");
  expect(await isFree(port)).toBe(true);
  await endChild(child, 50);
});
