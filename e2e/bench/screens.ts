import { STREAMS_PER_ORDER_MAX } from "#lib/base/limits.ts";
import { product } from "../support/product.ts";
import { measureComingBack } from "./coming-back.ts";
import { quantile } from "./load.ts";
import { noticeOf, type PlatformKeys } from "./notices.ts";
import { seededOrderId, seedWaitingOrders } from "./seed.ts";
import { paidToScreens } from "./watchers.ts";

interface Screens {
  readonly port: number;
  readonly databaseUrl: string;
  readonly keys: PlatformKeys;
}

const PAYMENTS = 20;

interface Crowd {
  /** Begins the ids of its orders. */
  readonly prefix: string;
  readonly watchers: number;
  readonly rounds: number;
}
const CROWDS: readonly Crowd[] = [
  { prefix: "bw", watchers: 200, rounds: PAYMENTS },
  { prefix: "bm", watchers: 5_000, rounds: 3 },
];

/** How soon a payment that is on disk shows on the screens of those who wait for it. @returns sentences for the bench's file */
export async function measureScreens(screens: Screens): Promise<string[]> {
  const notes: string[] = [];
  for (const crowd of CROWDS) notes.push(await measureWatchers(screens, crowd));
  await measurePockets(screens);
  return notes;
}

/** As many watchers of one order as there may be, of as many orders as that takes, all paid at once. */
async function measureWatchers(screens: Screens, { prefix, watchers, rounds }: Crowd): Promise<string> {
  const orders = watchers / STREAMS_PER_ORDER_MAX;
  const numbers = await seedWaitingOrders(screens.databaseUrl, prefix, rounds * orders);
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const crowd = numbers.slice(round * orders, (round + 1) * orders).map((number, index) => ({
      orderId: seededOrderId(prefix, round * orders + index + 1),
      count: STREAMS_PER_ORDER_MAX,
      pay: () => sendNotice(screens, number),
    }));
    all.push(...(await paidToScreens(screens.port, crowd)));
  }
  all.sort((one, other) => one - other);
  const [p50, p95, last] = [quantile(all, 0.5), quantile(all, 0.95), all.at(-1) ?? Number.NaN].map((ms) =>
    ms.toFixed(0),
  );
  const note = `Paid on the screens of ${watchers.toLocaleString("en-US")} watchers of ${orders} orders that are paid at once, ${rounds} times: p50 ${p50} ms, p95 ${p95} ms, the last after ${last} ms.`;
  console.log(`${note}\n`);
  return note;
}

async function measurePockets(screens: Screens): Promise<void> {
  const numbers = await seedWaitingOrders(screens.databaseUrl, "bk", PAYMENTS);
  const pages = numbers.map((_, index) => `${product.url}/pay/${seededOrderId("bk", index + 1)}`);
  await measureComingBack(pages, (index) => sendNotice(screens, numbers[index] ?? ""));
}

async function sendNotice({ port, keys }: Screens, number: string): Promise<void> {
  const { body = "", headers = {} } = noticeOf(keys, number, "/payment/notify");
  const answer = await fetch(`http://127.0.0.1:${port}/payment/notify`, { method: "POST", body, headers });
  if (!answer.ok) throw new Error(`the notice was answered ${answer.status}`);
}
