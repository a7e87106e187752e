import { expect, test, vi } from "vitest";
import type { ClaimedDelivery, DeliveryKey, EndpointRoom } from "#lib/storage/webhooks/webhook-deliveries.ts";
import type { Deliverer } from "./deliver.ts";
import { createDispatcher } from "./dispatch.ts";

// Goal: an endpoint that hangs delays itself alone, and nothing that is due is forgotten.
// Method: a deliverer whose deliveries end when the test says so; rows that are due are a list.

function scene(perEndpoint = 2) {
  const begun: string[] = [];
  const open = new Map<string, (value: "delivered") => void>();
  const due: ClaimedDelivery[] = [];
  const rooms: EndpointRoom[] = [];
  const run = ({ eventId }: DeliveryKey) => {
    begun.push(eventId);
    return new Promise<"delivered">((resolve) => open.set(eventId, resolve));
  };
  const deliverer: Deliverer = {
    deliver: run,
    send: run,
    async claimDue(room) {
      rooms.push(room);
      const left = new Map<string, number>();
      const taken = due.filter(({ endpointId }) => {
        if (room.only !== undefined && room.only !== endpointId) return false;
        const has = left.get(endpointId) ?? room.busy.get(endpointId) ?? room.each;
        left.set(endpointId, has - 1);
        return has > 0;
      });
      for (const each of taken) due.splice(due.indexOf(each), 1);
      return taken;
    },
  };
  const log = { error: vi.fn() };
  const dispatcher = createDispatcher({ deliverer, log, perEndpoint, stopMs: 50 });
  const end = (eventId: string) => {
    open.get(eventId)?.("delivered");
    open.delete(eventId);
  };
  const row = (eventId: string, endpointId: string) => due.push({ eventId, endpointId } as ClaimedDelivery);
  const offer = (eventId: string, endpointId: string) => dispatcher.offer({ eventId, endpointId });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { dispatcher, begun, end, row, offer, due, rooms, log, settled };
}

test("an endpoint has a few slots of its own, and the others have theirs", async () => {
  const { begun, offer, end, settled } = scene();
  for (const event of ["a1", "a2", "a3", "a4"]) offer(event, "a");
  offer("b1", "b");
  await settled();
  expect(begun).toEqual(["a1", "a2", "b1"]);
  end("a2");
  await settled();
  expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
  end("a1");
  end("a3");
  await settled();
  expect(begun.at(-1)).toBe("a4");
});

test("thirty endpoints that hang leave the healthy one as prompt as it was", async () => {
  const { begun, offer, end, settled } = scene(3);
  for (let order = 0; order < 40; order++) {
    for (let dead = 0; dead < 30; dead++) offer(`dead ${dead} ${order}`, `dead ${dead}`);
    offer(`healthy ${order}`, "healthy");
    await settled();
    expect(begun.at(-1)).toBe(`healthy ${order}`);
    end(`healthy ${order}`);
    await settled();
  }
  expect(begun.filter((event) => event.startsWith("dead"))).toHaveLength(90);
});

test("a sweep takes what there is room for, and a backlog is worked off as room comes", async () => {
  const { dispatcher, begun, end, row, offer, due, settled } = scene();
  offer("a0", "a");
  for (let event = 1; event <= 5; event++) row(`a${event}`, "a");
  row("b1", "b");
  await settled();
  expect(await dispatcher.sweep()).toBe(2);
  await settled();
  expect(begun).toEqual(["a0", "a1", "b1"]);
  expect(await dispatcher.sweep()).toBe(0);
  for (let event = 0; event <= 5; event++) {
    end(`a${event}`);
    for (let turn = 0; turn < 5; turn++) await settled();
  }
  expect(due).toEqual([]);
  expect(begun.filter((event) => event.startsWith("a"))).toEqual(["a0", "a1", "a2", "a3", "a4", "a5"]);
});

test("what is more than can be remembered is asked of the rows again", async () => {
  const { begun, end, row, offer, due, settled } = scene(1);
  for (let event = 0; event < 101; event++) offer(`a${event}`, "a");
  row("a101", "a");
  offer("a101", "a");
  for (let event = 0; event <= 101; event++) {
    await settled();
    end(`a${event}`);
    for (let turn = 0; turn < 5; turn++) await settled();
  }
  expect(due).toEqual([]);
  expect(begun.at(-1)).toBe("a101");
});

test("a try that breaks off frees its slot and is reported", async () => {
  const { dispatcher, log } = scene(1);
  const failing = createDispatcher({
    deliverer: { deliver: () => Promise.reject(new Error("away")), send: vi.fn(), claimDue: async () => [] },
    log,
    perEndpoint: 1,
  });
  failing.offer({ eventId: "a1", endpointId: "a" });
  failing.offer({ eventId: "a2", endpointId: "a" });
  await vi.waitUntil(() => log.error.mock.calls.length === 2);
  await failing.stop();
  await dispatcher.stop();
});

test("an end takes nothing new and does not wait for an endpoint that hangs", async () => {
  const { dispatcher, begun, offer, settled } = scene(1);
  offer("a1", "a");
  offer("a2", "a");
  await settled();
  await dispatcher.stop();
  offer("b1", "b");
  await settled();
  expect(begun).toEqual(["a1"]);
});
