import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournal } from "./journal.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
  path = join(folder, "journal.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

test("what was flushed is there again, the last value of each key, without what a crash tore off", async () => {
  const { journal } = await openJournal(path);
  journal.append({ table: "trades", key: "a", value: 1 });
  journal.append({ table: "trades", key: "b", value: "两\n行" });
  journal.append({ table: "trades", key: "a", value: 2 });
  await journal.flushed();
  // A killed process closes nothing, so the second opening happens while the first is open.
  await appendFile(path, '{"table":"trades","key":"c","val');
  const again = await openJournal(path);
  expect([...(again.tables.get("trades") ?? [])]).toEqual([
    ["a", 2],
    ["b", "两\n行"],
  ]);
  expect((await readFile(path, "utf8")).trimEnd().split("\n").length).toBe(2);
  await Promise.all([journal.close(), again.journal.close()]);
});

test("flushed covers everything appended before it, for any number of callers", async () => {
  const { journal } = await openJournal(path);
  const promises = Array.from({ length: 50 }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, index % 7));
    journal.append({ table: "t", key: String(index), value: index });
    await journal.flushed();
    expect(await readFile(path, "utf8")).toContain(`"key":"${index}"`);
  });
  await Promise.all(promises);
  await journal.close();
});

test("clear forgets everything before it", async () => {
  const { journal } = await openJournal(path);
  journal.append({ table: "t", key: "old", value: 1 });
  journal.append({ clear: true });
  journal.append({ table: "t", key: "new", value: 1 });
  await journal.close();
  const again = await openJournal(path);
  expect([...(again.tables.get("t")?.keys() ?? [])]).toEqual(["new"]);
  await again.journal.close();
});
