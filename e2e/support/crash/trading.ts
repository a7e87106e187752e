import { randomUUID } from "node:crypto";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProductDoors } from "./product.ts";
import { contradictions } from "./proof.ts";
import type { Made, Shop } from "./shop.ts";
import { until } from "./until.ts";

// Shoppers who buy without pause, a look at the door in short intervals, and the comparison of the books at the end.

const REFUNDED_EVERY = 5;
const PAUSE_MS = 150;
const SETTLED_MS = 120_000;
const KNOCK_EVERY_MS = 25;

interface Sales {
  readonly orders: number;
  /** The longest that somebody waited for an order, repeats included. */
  readonly longestOrderMs: number;
  /** The longest stretch in which nobody was answered at the door. */
  readonly closedMs: number;
  readonly unansweredKnocks: number;
}

interface Trading {
  /** The shoppers finish what they began. */
  end(): Promise<Sales>;
}

export function startTrading(product: ProductDoors, shop: Shop, { shoppers }: { readonly shoppers: number }): Trading {
  const over = new AbortController();
  const orders: Made[] = [];
  let longestOrderMs = 0;
  const buy = async () => {
    while (!over.signal.aborted) {
      const since = performance.now();
      const order = await shop.order(randomUUID(), 100 + orders.length);
      longestOrderMs = Math.max(longestOrderMs, performance.now() - since);
      orders.push(order);
      await shop.scan({ codeUrl: await shop.open(order) });
      if (orders.length % REFUNDED_EVERY === 0) await refund(shop, order);
      await sleep(PAUSE_MS);
    }
  };
  const buying = Array.from({ length: shoppers }, buy);
  const knocking = knock(product.url, over.signal);
  return {
    async end() {
      over.abort();
      await Promise.all(buying);
      return { orders: orders.length, longestOrderMs, ...(await knocking) };
    },
  };
}

/** Its payment may not be booked yet; the shop's server repeats its request under the same key. */
const refund = (shop: Shop, order: Made) =>
  until("the refund is taken", async () => (await shop.refundOnce(order, `refund-${order.id}`, 50)).status < 300);

/** A connection of its own each time, so that a door that is shut for a moment is noticed. */
async function knock(url: string, over: AbortSignal) {
  let closedMs = 0;
  let unansweredKnocks = 0;
  let openedAt = performance.now();
  while (!over.aborted) {
    const isOpen = await isAnswered(`${url}/healthz`);
    const now = performance.now();
    if (isOpen) {
      if (unansweredKnocks > 0 || now - openedAt > KNOCK_EVERY_MS) closedMs = Math.max(closedMs, now - openedAt);
      openedAt = now;
    } else unansweredKnocks++;
    await sleep(KNOCK_EVERY_MS);
  }
  return { closedMs, unansweredKnocks };
}

const isAnswered = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = http.get(address, { agent: false, timeout: 10_000 }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode === 200));
      answer.once("error", () => resolve(false));
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });

interface BooksComparison {
  readonly paidAtWeChat: number;
  readonly paidHere: number;
  readonly lost: number;
  readonly doubled: number;
  /** What else the books and the sandbox disagree about, and answers that should not occur. */
  readonly otherwise: readonly string[];
}

/** Lets everything settle that is still open, then compares every trade of the sandbox with the books. */
export async function compareBooks(product: ProductDoors, shop: Shop): Promise<BooksComparison> {
  let left = ["nothing was compared"];
  const settle = async () => {
    await shop.advance(60_000);
    await product.query("update payment_attempts set check_at = now() where check_at > now()");
    left = await contradictions(product, shop);
    return left.length === 0;
  };
  await until("every payment is booked", settle, { timeoutMs: SETTLED_MS, everyMs: 1_000 }).catch(() => {});
  const paidThere = (await shop.trades()).filter(({ transactionId }) => transactionId !== null);
  const booked = await product.query<{ number: string; times: number }>(
    `select a.number, (select count(*)::int from journal_entries e where e.order_id = o.id and e.cause like 'payment:%') as times
       from orders o join payment_attempts a on a.order_id = o.id where o.status = 'paid' and a.verdict = 'settles'`,
  );
  const numbers = new Set(booked.map(({ number }) => number));
  return {
    paidAtWeChat: paidThere.length,
    paidHere: numbers.size,
    lost: paidThere.filter(({ outTradeNo }) => !numbers.has(outTradeNo)).length,
    doubled: booked.filter(({ times }) => times > 1).length,
    otherwise: [...left, ...shop.oddities],
  };
}
