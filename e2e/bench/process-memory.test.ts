import { expect, test } from "vitest";
import { parseMemory, parseParent, sumMemory, treeOf } from "./process-memory.ts";

test("RSS and PSS in megabytes, and nothing of what says neither", () => {
  const text =
    "5555-7fff ---p 00000000 00:00 0 [rollup]\nRss:  204800 kB\nPss:   51200 kB\nPss_Dirty:  1024 kB\nPss_Shmem:  2048 kB\n";
  expect(parseMemory(text)).toEqual({ rssMb: 200, pssMb: 50, sharedMb: 2 });
  expect(parseMemory("")).toEqual({ rssMb: 0, pssMb: 0, sharedMb: 0 });
});

test("a process's parent is told in spite of its name", () => {
  expect(parseParent("4242 (node) 1) S 17 4242 4242 0 -1")).toBe(17);
});

test("a tree has all that was started by what was started, and nobody else", () => {
  const processes = [
    { pid: 4, parent: 3 },
    { pid: 2, parent: 1 },
    { pid: 3, parent: 2 },
    { pid: 9, parent: 8 },
  ];
  expect(treeOf(2, processes).toSorted()).toEqual([2, 3, 4]);
  expect(treeOf(9, processes)).toEqual([9]);
});

test("memory of several is added up", () => {
  const sum = sumMemory([
    { rssMb: 1, pssMb: 2, sharedMb: 3 },
    { rssMb: 10, pssMb: 20, sharedMb: 30 },
  ]);
  expect(sum).toEqual({ rssMb: 11, pssMb: 22, sharedMb: 33 });
});
