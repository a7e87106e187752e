import { setTimeout as sleep } from "node:timers/promises";
import type { CampaignChannel, OrderPlan, Story } from "./plan.ts";
import type { CampaignAnswer, Doors, PaidBy } from "./shop-calls.ts";

// One order's life, as its plan says: shop, shopper and WeChat each do their part, as stubbornly as in life.

/** A default person of the sandbox's. */
const OPENID = "oSandboxShopperXiaoMing00001";
const PAID_SOON_TRIES = 20;
/** A cashier looks so long; what comes of it later is for the worker to find. */
const CODE_PATIENCE_MS = 8_000;
const PAUSE_MS = 250;
const ENDED = new Set(["paid", "closed", "partially_refunded", "refunded"]);

/** What the shop asked for, so that the judge knows what nobody asked for. */
interface AskedRefund {
  readonly key: string;
  readonly amount: number;
  /** The product's refund, once it said which it is. */
  refundId: string | null;
}

export interface OrderRecord {
  readonly plan: OrderPlan;
  orderId: string;
  readonly refunds: AskedRefund[];
  /** Milliseconds of this process's clock; when WeChat took the money. */
  paidAtMs: number | null;
  readonly log: string[];
  refundsDone: boolean;
}

export interface Shopping {
  readonly doors: Doors;
  readonly offer: string;
}

export const newRecord = (plan: OrderPlan): OrderRecord => ({
  plan,
  orderId: "",
  refunds: [],
  paidAtMs: null,
  log: [],
  refundsDone: plan.refund === null,
});

export async function liveOrder(shopping: Shopping, record: OrderRecord): Promise<void> {
  const { doors } = shopping;
  const { plan } = record;
  const { number, fen } = plan;
  if (Object.keys(plan.faultSettings).length > 0)
    await doors.tell("faults", { outTradeNo: number, ...plan.faultSettings });
  const body = { outTradeNo: number, items: [{ name: "Coffee", unitAmount: fen, quantity: 1 }] };
  const made = await doors.until(
    () => doors.once("POST", "/api/v1/orders", { body, key: number }),
    [200, 201],
    "the order is made",
  );
  record.orderId = String(made.body.id);
  note(record, `made ${record.orderId}`);
  await sleep(plan.idleMs);
  await play(shopping, record, plan.story);
  if (plan.refund !== null) await giveBack(doors, record, PAID_SOON_TRIES);
}

async function play(shopping: Shopping, record: OrderRecord, story: Story): Promise<void> {
  switch (story.kind) {
    case "pays":
      return pay(shopping, record, await open(shopping, record, story.channel));
    case "leaves":
      await open(shopping, record, story.channel);
      return forge(shopping, record);
    case "pays_at_closing":
      await open(shopping, record, story.channel);
      return close(shopping, record);
    case "pays_after_closing":
      await open(shopping, record, story.channel);
      await close(shopping, record);
      return pay(shopping, record, { outTradeNo: record.plan.number });
    case "pays_twice":
      return payTwice(shopping, record, story.firstFirst);
    case "repriced_while_paying":
      return payWhileRepriced(shopping, record, story.offMs);
    case "code":
      return payByCode(shopping, record);
  }
}

/** The shopper presses again until there is something to pay with, or the order has ended. */
async function open({ doors }: Shopping, record: OrderRecord, channel: CampaignChannel): Promise<PaidBy | null> {
  const needsOpenid = channel === "jsapi" || channel === "miniprogram";
  const body = { channel, ...(needsOpenid ? { openid: OPENID } : {}) };
  const path = `/api/orders/${record.orderId}/pay`;
  const answer = await doors.until(
    async () => {
      const tried = await doors.once("POST", path, { body });
      if (tried.status !== 409) return tried;
      return (await isEnded(doors, record)) ? tried : { ...tried, status: 0 };
    },
    [200, 409],
    `${channel} is opened`,
  );
  note(record, `opened ${channel}: ${answer.status}`);
  return answer.status === 200 ? handoverOf(answer) : null;
}

function handoverOf({ body }: CampaignAnswer): PaidBy {
  if (typeof body.codeUrl === "string") return { codeUrl: body.codeUrl };
  if (typeof body.h5Url === "string") return { h5Url: body.h5Url };
  const { jsapi } = body as { jsapi?: { package: string } };
  return { prepayId: String(jsapi?.package).replace("prepay_id=", "") };
}

async function isEnded(doors: Doors, { orderId }: OrderRecord): Promise<boolean> {
  const { body } = await doors.once("GET", `/api/orders/${orderId}/status`);
  return ENDED.has(String(body.status));
}

async function pay({ doors }: Shopping, record: OrderRecord, by: PaidBy | null): Promise<void> {
  if (by === null) return;
  // By its number a trade is paid that has ended: money on its way while it was closed.
  const isTaken = await doors.scan(by, { force: by.outTradeNo !== undefined });
  if (isTaken) record.paidAtMs = performance.now();
  note(record, `the phone ${isTaken ? "pays" : "finds the trade ended"}: ${JSON.stringify(by)}`);
}

/** Somebody says that it is paid. */
async function forge({ doors }: Shopping, record: OrderRecord): Promise<void> {
  const answer = await doors.control("POST", "forge", { outTradeNo: record.plan.number }).catch(() => null);
  note(record, `a made-up notice is answered ${JSON.stringify(answer?.body.result ?? "not at all")}`);
}

async function close({ doors }: Shopping, record: OrderRecord): Promise<void> {
  const path = `/api/v1/orders/${record.orderId}/close`;
  const { body } = await doors.until(() => doors.once("POST", path), [200], "the order is closed or paid");
  note(record, `closed by the shop: ${body.status}`);
}

async function payTwice(shopping: Shopping, record: OrderRecord, firstFirst: boolean): Promise<void> {
  const { number } = record.plan;
  await open(shopping, record, "native");
  await open(shopping, record, "jsapi");
  const trades: PaidBy[] = [{ outTradeNo: number }, { outTradeNo: `${number}-2` }];
  for (const by of firstFirst ? trades : trades.toReversed()) await pay(shopping, record, by);
}

async function payWhileRepriced(shopping: Shopping, record: OrderRecord, offMs: number): Promise<void> {
  const { doors, offer } = shopping;
  const handover = await open(shopping, record, "native");
  const reprice = async () => {
    await sleep(Math.max(0, offMs));
    const body = { channel: "native", offers: [offer] };
    const answer = await doors.once("POST", `/api/orders/${record.orderId}/pay`, { body }).catch(() => null);
    note(record, `an offer is chosen: ${answer?.status ?? "no answer"}`);
    return answer?.status === 200 ? handoverOf(answer) : null;
  };
  const scan = async () => {
    await sleep(Math.max(0, -offMs));
    await pay(shopping, record, handover);
  };
  const [anew] = await Promise.all([reprice(), scan()]);
  if (record.paidAtMs === null) await pay(shopping, record, anew ?? (await open(shopping, record, "native")));
}

async function payByCode({ doors }: Shopping, record: OrderRecord): Promise<void> {
  const { story, number } = record.plan;
  const how = story.kind === "code" ? story.how : "paid";
  const { body } = await doors.tell("auth-code", {});
  const charge = () =>
    doors.once("POST", `/api/v1/orders/${record.orderId}/pay`, {
      body: { channel: "codepay", authCode: body.authCode },
    });
  const deadline = performance.now() + CODE_PATIENCE_MS;
  while (performance.now() < deadline) {
    const answer = await charge().catch(() => null);
    note(record, `the code is charged: ${answer?.status ?? "no answer"}`);
    if (answer?.status === 200 || answer?.status === 402) return;
    // The shopper types the password.
    if (how === "password" && answer?.status === 202) await pay({ doors, offer: "" }, record, { outTradeNo: number });
    if (how === "password_never" || how === "unclear_and_reversed") return;
    await sleep(PAUSE_MS);
  }
}

/** All refunds of the plan that are not asked for yet, as far as the order is paid. @returns whether all are asked for */
export async function giveBack(doors: Doors, record: OrderRecord, tries: number): Promise<boolean> {
  const { refund } = record.plan;
  if (record.refundsDone || refund === null) return true;
  const paid = await paidAmount(doors, record, tries);
  if (paid === 0) return false;
  for (const [index, share] of refund.shares.entries()) {
    const key = `${record.plan.number}-refund-${index}`;
    if (record.refunds.some((asked) => asked.key === key)) continue;
    const amount = share === 100 ? paid : Math.max(1, Math.floor((paid * share) / 100));
    await askRefund(doors, record, { key, amount, refundId: null });
  }
  record.refundsDone = true;
  return true;
}

async function askRefund(doors: Doors, record: OrderRecord, asked: AskedRefund): Promise<void> {
  const { key, amount } = asked;
  const path = `/api/v1/orders/${record.orderId}/refunds`;
  const ask = () => doors.once("POST", path, { body: { amount, reason: "returned" }, key });
  const isDecided = ({ status, body }: CampaignAnswer) => status === 201 || body.code === "amount_exceeds_refundable";
  const askUntil = () =>
    doors.until(
      async () => {
        const answer = await ask();
        return isDecided(answer) ? answer : { ...answer, status: 0 };
      },
      [201, 409],
      `the refund ${key} is taken or refused`,
    );
  const answers = await Promise.all(Array.from({ length: record.plan.refund?.repeated ? 3 : 1 }, askUntil));
  if (answers.every(({ status }) => status === 409)) {
    note(record, `a refund of ${amount} is refused: more than is left`);
    return;
  }
  record.refunds.push(asked);
  const ids = new Set(answers.map(({ body }) => String(body.id ?? body.code)));
  if (ids.size > 1) doors.oddities.push(`one key made several refunds: ${key} ${[...ids].join(" ")}`);
  asked.refundId = String(answers.find(({ status }) => status === 201)?.body.id);
  note(record, `a refund of ${amount} is asked for: ${asked.refundId}`);
}

async function paidAmount(doors: Doors, record: OrderRecord, tries: number): Promise<number> {
  for (let tried = 0; tried < tries; tried++) {
    const answer = await doors.once("GET", `/api/v1/orders/${record.orderId}`).catch(() => null);
    if (answer?.status === 200 && Number(answer.body.amountPaid) > 0) return Number(answer.body.amountPaid);
    await sleep(PAUSE_MS);
  }
  return 0;
}

export const note = (record: OrderRecord, what: string): void => {
  record.log.push(`${new Date().toISOString().slice(11, 23)} ${what}`);
};
