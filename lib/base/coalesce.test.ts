import { expect, test } from "vitest";
import { coalesce } from "./coalesce.ts";

// Goal: sharing never hands out an answer older than the question, and many callers cost two reads.
function gatedReader() {
  const gates: { key: string; open: (value: string) => void; fail: (cause: Error) => void }[] = [];
  const read = coalesce<string>(
    (key) => new Promise((resolve, reject) => gates.push({ key, open: resolve, fail: reject })),
  );
  return { gates, read };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("callers during a read share the next one", async () => {
  const { gates, read } = gatedReader();
  const first = read("a");
  const later = [read("a"), read("a"), read("a")];
  expect(gates).toHaveLength(1);
  gates[0]?.open("old");
  expect(await first).toBe("old");
  await settle();
  expect(gates).toHaveLength(2);
  gates[1]?.open("new");
  expect(await Promise.all(later)).toEqual(["new", "new", "new"]);
});

test("a failed read fails its own callers and nobody else", async () => {
  const { gates, read } = gatedReader();
  const first = read("a");
  const second = read("a");
  gates[0]?.fail(new Error("gone"));
  await expect(first).rejects.toThrow("gone");
  await settle();
  gates[1]?.open("back");
  expect(await second).toBe("back");
});

test("keys do not wait for each other, and nothing is kept", async () => {
  const { gates, read } = gatedReader();
  const one = read("a");
  const other = read("b");
  expect(gates.map(({ key }) => key)).toEqual(["a", "b"]);
  gates[0]?.open("1");
  gates[1]?.open("2");
  expect(await Promise.all([one, other])).toEqual(["1", "2"]);
  await settle();
  const again = read("a");
  expect(gates).toHaveLength(3);
  gates[2]?.open("3");
  expect(await again).toBe("3");
});

test("a read that was overtaken by the next one ends without letting others past it", async () => {
  const { gates, read } = gatedReader();
  const first = read("a");
  void read("a");
  // Asks in the moment between the end of the first read and the beginning of the shared one.
  void first.then(() => {}).then(() => read("a"));
  gates[0]?.open("1");
  await settle();
  expect(gates).toHaveLength(3);
  gates[1]?.open("2");
  await settle();
  const last = read("a");
  expect(gates).toHaveLength(3);
  gates[2]?.open("3");
  await settle();
  gates[3]?.open("4");
  expect(await last).toBe("4");
});
