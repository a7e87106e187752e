import { expect, test, vi } from "vitest";
import { AppError } from "#lib/base/app-error.ts";
import { taskList } from "./task-list.ts";

function tasksWith(syncOrder: () => Promise<unknown> = async () => {}) {
  const flows = {
    payments: { syncOrder: vi.fn(syncOrder) },
    deliveries: { offer: vi.fn() },
    notifications: { offer: vi.fn() },
    prints: { offer: vi.fn() },
    cleanup: vi.fn(async () => {}),
    reconcile: vi.fn(async () => {}),
    insights: {
      rollUp: vi.fn(async () => {}),
      watchAnomalies: vi.fn(async () => {}),
      watchFairness: vi.fn(async () => {}),
      keepSummaryFresh: vi.fn(async () => {}),
      eraseShopper: vi.fn(async () => {}),
    },
    log: { info: vi.fn(), warn: vi.fn(), error: vi.fn() },
  };
  return { flows, run: (name: string, payload: unknown) => taskList(flows)[name]?.(payload) };
}

test("a name and its payload lead to the flow", async () => {
  const { flows, run } = tasksWith();
  await run("check-attempt", { orderId: "ord_1" });
  await run("deliver-webhook", { eventId: "evt_1", endpointId: "whe_1" });
  await run("cleanup", { _cron: {} });
  expect(flows.payments.syncOrder).toHaveBeenCalledWith("ord_1");
  expect(flows.deliveries.offer).toHaveBeenCalledWith("whe_1");
  await run("reconcile", { _cron: {} });
  await run("roll-up", { _cron: {} });
  await run("watch-anomalies", { _cron: {} });
  await run("watch-fairness", { _cron: {} });
  await run("summarise-shoppers", { _cron: {} });
  await run("erase-shopper", { shopperId: "shp_1", actor: "shopper" });
  expect(flows.insights.eraseShopper).toHaveBeenCalledWith({ shopperId: "shp_1", actor: "shopper" });
  for (const each of Object.values(flows.insights)) expect(each).toHaveBeenCalledTimes(1);
  expect(flows.cleanup).toHaveBeenCalledTimes(1);
  expect(flows.reconcile).toHaveBeenCalledTimes(1);
});

test("an unreadable payload is reported and dropped", async () => {
  const { flows, run } = tasksWith();
  await run("check-attempt", { order: 7 });
  expect(flows.payments.syncOrder).not.toHaveBeenCalled();
  expect(flows.log.error).toHaveBeenCalledTimes(1);
});

test.each(["gateway_unavailable", "not_found"] as const)("%s leaves the next try to the row", async (code) => {
  const { run } = tasksWith(() => Promise.reject(new AppError(code, "x")));
  await expect(run("check-attempt", { orderId: "ord_1" })).resolves.toBeUndefined();
});

test("a store that is away makes the job come again", async () => {
  const { run } = tasksWith(() => Promise.reject(new AppError("unavailable", "x")));
  await expect(run("check-attempt", { orderId: "ord_1" })).rejects.toThrow();
});

test("a print job sets its printer to work at once", async () => {
  const { flows, run } = tasksWith();
  await run("print", { printerId: "prn_1" });
  expect(flows.prints.offer).toHaveBeenCalledWith("prn_1");
});

test("a notification's job sets its channel to work at once", async () => {
  const { flows, run } = tasksWith();
  await run("deliver-notifications", { channelId: "nch_1" });
  expect(flows.notifications.offer).toHaveBeenCalledWith("nch_1");
});
