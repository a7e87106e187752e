import { expect, test } from "vitest";
import { mergeFigures, ownFigures } from "./merge-figures.ts";
import { createMetrics } from "./metrics.ts";

async function worker() {
  const metrics = createMetrics({ hub: { watching: 7, connected: true } });
  metrics.observeDelivery("retry");
  metrics.observeGatewayCall({ operation: "find_trade", outcome: "done", seconds: 0.02 });
  return { process: 'worker:host:1"', figures: await metrics.ownFigures() };
}

test("what another process counted stands in the family it belongs to, named by its process", async () => {
  const own = createMetrics();
  own.observeDelivery("delivered");
  const text = mergeFigures(await own.render(), [await worker()]);
  expect(text).toContain(
    [
      "# TYPE lingfu_webhook_tries_total counter",
      'lingfu_webhook_tries_total{outcome="delivered"} 1',
      'lingfu_webhook_tries_total{process="worker:host:1_",outcome="retry"} 1',
    ].join("\n"),
  );
  expect(text).toContain(
    'lingfu_gateway_call_seconds_bucket{process="worker:host:1_",le="0.025",operation="find_trade",outcome="done"} 1',
  );
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^process_resident_memory_bytes\{process="worker:host:1_"\} \d+$/m);
  // A family is declared once, or Prometheus refuses the whole text.
  const declared = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(new Set(declared).size).toBe(declared.length);
});

test("what the database knows, or only this process has, is not reported for another", async () => {
  const { figures } = await worker();
  expect(figures).not.toMatch(/lingfu_streams_open|lingfu_live_connected|nodejs_version_info/);
  expect(ownFigures(figures)).toBe(figures);
});

test("nothing is lost or changed on the way", async () => {
  const own = createMetrics();
  own.observeNotice("payment", 3);
  const text = await own.render();
  expect(mergeFigures(text, [])).toBe(text);
});
