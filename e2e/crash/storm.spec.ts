import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "@playwright/test";
import { PARTS, type RunningProduct } from "../support/crash/product.ts";
import { contradictions } from "../support/crash/proof.ts";
import { Seeded } from "../support/crash/seeded.ts";
import { FAIR, listenForWebhooks, type Made, type ReceivedWebhooks, type Shop } from "../support/crash/shop.ts";
import { test } from "../support/crash/test.ts";
import { until } from "../support/crash/until.ts";

// Goal: whichever process is killed at any moment, every payment that WeChat confirms is paid here exactly once.
// Method: shoppers pay without pause while web, worker, sandbox, database and start process are killed, WeChat behaves
// badly and the job queue is emptied; at the end everything dies in the same moment. Then the books are compared.

const SEED = Number(process.env.CRASH_SEED ?? 20_260_214);
const KEY = `storm-${SEED}`;
const SHOPPERS = 10;
const PAYMENTS_MIN = 60;
const PAYMENTS_MAX = 120;
const SETTLED_MS = 90_000;

const MISHAPS: readonly Record<string, unknown>[] = [
  { api: { errorAfterWork: 3 } },
  { api: { dropConnection: 3 } },
  { api: { hang: 1 } },
  { api: { html: 2 } },
  { api: { delayMs: 700 } },
  { notify: { drop: 4 } },
  { notify: { lose: 3 } },
  { notify: { duplicate: 6 } },
  { notify: { delayMs: 1_500 } },
  { notify: { reorder: 2 } },
];

interface Storm {
  readonly product: RunningProduct;
  readonly shop: Shop;
  readonly seeded: Seeded;
  readonly calm: AbortController;
  readonly made: Made[];
  readonly paid: Made[];
}

test("a storm of kills loses no payment and books none twice", async ({ product, shop }) => {
  test.setTimeout(300_000);
  const heard = await listenForWebhooks();
  const endpoint = await shop.call("POST", "/api/v1/webhook-endpoints", {
    body: { url: heard.url, events: ["order.paid"] },
    headers: { authorization: `Bearer ${product.apiKey}` },
  });
  expect(endpoint.status).toBe(201);
  const storm: Storm = { product, shop, seeded: new Seeded(SEED), calm: new AbortController(), made: [], paid: [] };

  await Promise.all([rage(storm), ...Array.from({ length: SHOPPERS }, () => shopUntilCalm(storm))]);

  await product.ready();
  const { made, paid } = storm;
  test
    .info()
    .annotations.push({ type: "storm", description: `seed ${SEED}: ${made.length} orders, ${paid.length} paid` });
  await shop.faults(FAIR);
  expect(await hurryUntilSettled(storm)).toEqual([]);
  await hurryUntilHeard(storm, heard);
  heard.close();
  // Others may have used this product before.
  const kept = await product.query<{ id: string; events: number }>(
    `select o.id, (select count(*)::int from webhook_events e where e.order_id = o.id and e.type = 'order.paid') as events
       from orders o join idempotency i on i.body::json ->> 'id' = o.id where i.key like $1`,
    [`${KEY}%`],
  );
  const ids = (orders: readonly { id: string }[]) => orders.map(({ id }) => id).sort();
  expect(ids(kept)).toEqual(ids(storm.made));
  expect(ids(kept.filter(({ events }) => events > 0))).toEqual(ids(storm.paid));
  expect(kept.filter(({ events }) => events > 1)).toEqual([]);
});

/** The same shopper again and again: order, open, pay, with some idling; a few walk away without paying. */
async function shopUntilCalm(storm: Storm): Promise<void> {
  const { shop, seeded, calm, made, paid } = storm;
  while ((!calm.signal.aborted && made.length < PAYMENTS_MAX) || made.length < PAYMENTS_MIN) {
    const order = await shop.order(`${KEY}-${randomUUID()}`, 100 + made.length);
    made.push(order);
    await idle(seeded);
    const codeUrl = await shop.open(order);
    await idle(seeded);
    if (seeded.next() < 0.1) continue;
    await shop.scan({ codeUrl });
    paid.push(order);
  }
}

const idle = (seeded: Seeded) => sleep(seeded.between(0, 1_500));

/** Kills each part a few times in an order that the seed decides, and everything at once at the end. */
async function rage({ product, shop, seeded, calm }: Storm): Promise<void> {
  const strikes = [...PARTS, ...PARTS, ...PARTS, "queue", "queue", "launcher"] as const;
  for (const target of [...seeded.shuffled(strikes), "everything"] as const) {
    await shop.faults(seeded.pick(MISHAPS)).catch(() => {}); // It may just be dead.
    await sleep(seeded.between(300, 2_500));
    if (target === "queue") await emptyQueue(product).catch(() => {});
    else if (target === "launcher" || target === "everything") {
      await (target === "launcher" ? product.killLauncher() : product.killAll());
      await product.start();
    } else product.strike(target);
  }
  calm.abort();
}

/** Jobs make work prompt, rows make it certain. */
const emptyQueue = (product: RunningProduct) => product.query("delete from graphile_worker._private_jobs");

/** Time passes, for WeChat's repeats as for our own rows, until nothing contradicts. @returns what still does */
async function hurryUntilSettled({ product, shop }: Storm): Promise<string[]> {
  let left = ["nothing was compared"];
  const hurry = async () => {
    await shop.advance(60_000);
    await product.query("update payment_attempts set check_at = now() where check_at > now()");
    left = await contradictions(product, shop);
    return left.length === 0;
  };
  await until("every payment is booked", hurry, { timeoutMs: SETTLED_MS, everyMs: 1_000 }).catch(() => {});
  return left;
}

async function hurryUntilHeard({ product, paid }: Storm, heard: ReceivedWebhooks): Promise<void> {
  const hurry = async () => {
    await product.query("update webhook_deliveries set check_at = now() where check_at > now()");
    return paid.every(({ id }) => heard.orders.has(id));
  };
  await until("the shop has heard of every payment", hurry, { timeoutMs: SETTLED_MS, everyMs: 1_000 });
}
