import { STREAMS_PER_ORDER_MAX } from "#lib/base/limits.ts";
import { product } from "../support/product.ts";
import { measureComingBack } from "./coming-back.ts";
import { noticeOf, type PlatformKeys } from "./notices.ts";
import { seededOrderId, seedWaitingOrders } from "./seed.ts";
import { paidToScreen } from "./watchers.ts";

interface Screens {
  readonly port: number;
  readonly databaseUrl: string;
  readonly keys: PlatformKeys;
}

const PAYMENTS = 20;
const WATCHERS = 200;

/** How soon a payment that is on disk shows on the screens of those who wait for it. */
export async function measureScreens(screens: Screens): Promise<void> {
  await measureWatchers(screens);
  await measurePockets(screens);
}

/** As many watchers of one order as there may be, of as many orders as that takes, all paid at once. */
async function measureWatchers(screens: Screens): Promise<void> {
  const orders = WATCHERS / STREAMS_PER_ORDER_MAX;
  const numbers = await seedWaitingOrders(screens.databaseUrl, "bw", PAYMENTS * orders);
  const all = [];
  for (let round = 0; round < PAYMENTS; round++) {
    const paid = numbers.slice(round * orders, (round + 1) * orders).map((number, index) => {
      const orderId = seededOrderId("bw", round * orders + index + 1);
      return paidToScreen(screens.port, orderId, STREAMS_PER_ORDER_MAX, () => sendNotice(screens, number));
    });
    all.push(...(await Promise.all(paid)));
  }
  const worstP95 = Math.max(...all.map((one) => one.p95Ms));
  const worst = Math.max(...all.map((one) => one.maxMs));
  console.log(
    `paid on screen, ${WATCHERS} watchers of ${orders} orders, ${PAYMENTS} times: worst p95 ${worstP95.toFixed(1)} ms, worst of all ${worst.toFixed(1)} ms\n`,
  );
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
