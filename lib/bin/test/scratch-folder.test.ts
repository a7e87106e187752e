import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moveScratchToMemory } from "./scratch-folder.mjs";

// Goal: tests use memory only where it is there, and leave nothing in it.

let memory: string;
beforeAll(() => {
  memory = mkdtempSync(path.join(os.tmpdir(), "lingfu-memory-"));
});
afterAll(() => rmSync(memory, { recursive: true }));

function use(mount: string, environment: Record<string, string> = {}) {
  const mounts = path.join(memory, "mounts");
  writeFileSync(mounts, `proc /proc proc rw 0 0\n${mount}\n`);
  return [moveScratchToMemory({ memory, mounts, environment }), environment.TMPDIR];
}

test("memory that is none, or runs no programs, and a TMPDIR of one's own are left alone", () => {
  expect(use(`/dev/sda ${memory} ext4 rw 0 0`)).toEqual([undefined, undefined]);
  expect(use(`shm ${memory} tmpfs rw,noexec 0 0`)).toEqual([undefined, undefined]);
  expect(use(`shm ${memory} tmpfs rw 0 0`, { TMPDIR: "/mine" })).toEqual([undefined, "/mine"]);
});

test("what a run that was killed has left is removed; what a run that goes on has is not", () => {
  const gone = path.join(memory, "lingfu-tests-999999999");
  const going = path.join(memory, `lingfu-tests-${process.ppid}`);
  for (const each of [gone, going]) mkdirSync(path.join(each, "database"), { recursive: true });
  const [folder, named] = use(`shm ${memory} tmpfs rw 0 0`);
  // A machine without that much room uses none of it.
  if (folder !== undefined) expect([named, existsSync(folder), existsSync(gone)]).toEqual([folder, true, false]);
  expect(existsSync(going)).toBe(true);
});
