import { expect, test } from "vitest";
import { gaugeOf } from "./soak-samples.ts";

const TEXT = `# HELP nodejs_heap_size_used_bytes Heap.
nodejs_heap_size_used_bytes{process="web:host:12"} 5e+7
nodejs_heap_size_used_bytes{process="web:host:13"} 70000000
nodejs_heap_size_used_bytes{process="worker:host:14"} 1
lingfu_jobs_waiting 3
lingfu_jobs_waiting_long 9
`;

test("a gauge is read for a kind of process, the greatest of several, or for none", () => {
  expect(gaugeOf(TEXT, "nodejs_heap_size_used_bytes", "web")).toBe(70_000_000);
  expect(gaugeOf(TEXT, "nodejs_heap_size_used_bytes", "worker")).toBe(1);
  expect(gaugeOf(TEXT, "lingfu_jobs_waiting", "")).toBe(3);
  expect(gaugeOf(TEXT, "nodejs_heap_size_used_bytes", "sandbox")).toBeNull();
});
