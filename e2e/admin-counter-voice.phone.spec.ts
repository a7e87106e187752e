import { type CDPSession, expect, type Page, test } from "@playwright/test";
import { chineseAmount } from "../lib/texts/spoken-amount.ts";
import { Admin } from "./support/pages/admin.ts";
import { Counter, freshAuthCode, recordSpeech } from "./support/pages/counter.ts";
import { callMerchant } from "./support/pages/merchant.ts";

// Goal: of every payment the shopkeeper hears once, whatever the phone was doing when it was paid.

const ROUNDS = 100;
const FIRST_FEN = 101;

/** An order of this device: it is told to read those only, since other tests pay meanwhile. */
async function orderOf(page: Page, fen: number): Promise<string> {
  const { id } = await callMerchant("/orders", { items: [{ name: "茶", unitAmount: fen, quantity: 1 }] });
  await page.evaluate((own) => {
    const known: string[] = JSON.parse(localStorage.getItem("lingfu-own-orders") ?? "[]");
    localStorage.setItem("lingfu-own-orders", JSON.stringify([own, ...known].slice(0, 50)));
  }, id);
  return id;
}

const pay = async (id: string): Promise<unknown> =>
  callMerchant(`/orders/${id}/pay`, { channel: "codepay", authCode: await freshAuthCode() });

const sentence = (fen: number) => `微信收款${chineseAmount(fen)}`;

/** What may happen to a phone between two looks at it. Each is away while `meanwhile` goes on. */
interface Away {
  readonly page: Page;
  readonly devtools: CDPSession;
}
type Absence = (away: Away, meanwhile: () => Promise<unknown>) => Promise<void>;

/** Asleep: its page stands still, and its network is off, as a browser alone would still be told of events. */
const locked: Absence = async ({ page, devtools }, meanwhile) => {
  await page.context().setOffline(true);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await meanwhile();
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await page.context().setOffline(false);
};
const offline: Absence = async ({ page }, meanwhile) => {
  await page.context().setOffline(true);
  await meanwhile();
  await page.context().setOffline(false);
};
/** Systems throw pages away that nobody looks at, and load them anew. */
const discarded: Absence = async ({ page }, meanwhile) => {
  const address = page.url();
  await page.goto("about:blank");
  await meanwhile();
  await page.goto(address);
};
const looking: Absence = async (_away, meanwhile) => void (await meanwhile());

async function listen(page: Page): Promise<Counter> {
  await recordSpeech(page);
  const counter = new Counter(page);
  await new Admin(page).enterAs("clerk");
  await counter.enter();
  await page.getByTestId("voice").getByText("播报已开").click();
  await page.getByLabel("只播报这台设备（收银台）的收款").check();
  await expect.poll(() => page.evaluate(() => localStorage.getItem("lingfu-heard"))).not.toBeNull();
  return counter;
}

test(`${ROUNDS} of ${ROUNDS}: locked, off line, thrown away, or looked at, each payment is read aloud once`, async ({
  page,
}) => {
  test.setTimeout(600_000);
  const counter = await listen(page);
  const away = { page, devtools: await page.context().newCDPSession(page) };
  const expected: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const fen = FIRST_FEN + round;
    const absence = round % 10 === 9 ? discarded : ([locked, offline, looking, locked] as const)[round % 4];
    const id = await orderOf(page, fen);
    await absence?.(away, () => pay(id));
    expected.push(sentence(fen));
    await counter.expectSpoken(sentence(fen));
  }
  expect((await counter.spoken()).map(({ text }) => text)).toEqual(expected);
});

test("more than three at once are summed up, to the fen, also by a phone whose clock is wrong", async ({ page }) => {
  // Two days behind, as after an empty battery.
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 172_800_000;
  });
  const counter = await listen(page);
  const away = { page, devtools: await page.context().newCDPSession(page) };
  const orders: string[] = [];
  for (const fen of [1, 20, 300, 4_000]) orders.push(await orderOf(page, fen));
  await locked(away, async () => {
    for (const id of orders) await pay(id);
  });
  await counter.expectSpoken(`微信收款四笔共${chineseAmount(4_321)}`);
  expect(await counter.spoken()).toHaveLength(1);
});

test("how long after the booking it is spoken", async ({ page }) => {
  const counter = await listen(page);
  const orders: string[] = [];
  for (let fen = 1_001; fen <= 1_020; fen++) {
    const id = await orderOf(page, fen);
    await pay(id);
    orders.push(id);
    await counter.expectSpoken(sentence(fen));
  }
  const booked = await page.evaluate(async () => {
    const answer = await fetch("/admin/counter/paid");
    const { entries } = (await answer.json()) as { entries: { orderId: string; bookedAt: string }[] };
    return Object.fromEntries(entries.map(({ orderId, bookedAt }) => [orderId, Date.parse(bookedAt)]));
  });
  const spoken = await counter.spoken();
  const waits = orders
    .map((id, at) => (spoken[at]?.at ?? Number.NaN) - (booked[id] ?? Number.NaN))
    .sort((one, other) => one - other);
  expect(waits.every(Number.isFinite)).toBe(true);
  const description = `p50 ${waits[9]} ms, p95 ${waits[18]} ms, most ${waits[19]} ms`;
  test.info().annotations.push({ type: "spoken after", description });
});
