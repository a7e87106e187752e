import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { choosePorts } from "../support/product.ts";
import { CampaignProduct } from "./campaign-product.ts";
import { liveOrder, newRecord, note, type OrderRecord } from "./crowd.ts";
import { eachOf } from "./each-of.ts";
import { type CampaignVerdict, type JudgeFinding, judge } from "./judge.ts";
import { type CampaignPlan, type CampaignSize, digestOf, drawPlan } from "./plan.ts";
import { settle } from "./settle.ts";
import { Doors, openWebhookEar, type WebhookEar } from "./shop-calls.ts";
import { type StrikeCount, strikeAll } from "./strike.ts";

// One campaign: a plan, a product, a crowd that pays while the product is struck, time to settle, and the judge.

const SHOPPERS = 24;
const REFUSE_EVERY = 17;
const OFFER = "campaign-offer";
const EVENTS = [
  "order.paid",
  "order.closed",
  "refund.succeeded",
  "refund.failed",
  "refund.abnormal",
  "payment.late",
  "payment.extra",
  "order.amount_mismatch",
];

export interface CampaignOptions extends CampaignSize {
  readonly dataParent?: string;
  /** A pause in which the product works between two steps of time. */
  readonly stepMs?: number;
  readonly say?: (line: string) => void;
}

export interface CampaignResult {
  readonly plan: CampaignPlan;
  readonly digest: string;
  readonly struck: StrikeCount;
  readonly verdict: CampaignVerdict;
  /** What had not ended when the time was over, and answers that should never occur. */
  readonly problems: readonly string[];
  readonly records: readonly OrderRecord[];
  readonly recoveries: readonly { servingMs: number; settledMs: number | null; affected: number }[];
  readonly webhooks: { heard: number; repeated: number; refused: number };
  readonly seconds: { crowd: number; settling: number };
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const plan = drawPlan(options);
  const { say = () => {} } = options;
  say(`campaign: ${options.orders} orders, seed ${options.seed}, plan ${digestOf(plan)}`);
  await choosePorts();
  const campaign = await CampaignProduct.open(options.dataParent ?? os.tmpdir());
  const ear = await openWebhookEar(REFUSE_EVERY);
  try {
    return await run({ campaign, ear, plan, options, say });
  } finally {
    await campaign.close();
    ear.close();
  }
}

interface RunningCampaign {
  readonly campaign: CampaignProduct;
  readonly ear: WebhookEar;
  readonly plan: CampaignPlan;
  readonly options: CampaignOptions;
  readonly say: (line: string) => void;
}

async function run({ campaign, ear, plan, options, say }: RunningCampaign): Promise<CampaignResult> {
  const { product } = campaign;
  const doors = new Doors(product);
  await openShop(doors, ear);
  const records = plan.orders.map(newRecord);
  const struck: StrikeCount = { counts: new Map(), recoveries: [], missed: new Map() };
  let begun = 0;
  const since = performance.now();
  const problems: string[] = [];
  const shopping = { doors, offer: OFFER };
  const live = async (record: OrderRecord) => {
    begun += 1;
    if (begun % 500 === 0) say(`${begun} orders have begun after ${seconds(since)} s`);
    await liveOrder(shopping, record).catch((cause) => note(record, `✗ ${cause}`));
  };
  await Promise.all([
    eachOf(records, SHOPPERS, live),
    strikeAll({ campaign, doors, records, struck }, plan.strikes, () => begun),
  ]);
  await product.ready();
  const crowd = seconds(since);
  const recoveries = await Promise.all(
    struck.recoveries.map(async ({ settledMs, ...rest }) => ({ ...rest, settledMs: await settledMs })),
  );
  say(`all orders have lived after ${crowd} s; a day passes`);
  const settling = performance.now();
  const timeoutMs = 180_000 + options.orders * 60;
  const open = await settle({ product, doors, records, stepMs: options.stepMs ?? 1_000, timeoutMs });
  if (open.length > 0) problems.push(`not ended: ${open.join(", ")}`);
  await sleep(500);
  const client = await product.connect();
  const asked = new Map(
    records.filter(({ refunds }) => refunds.length > 0).map(({ plan: { number }, refunds }) => [number, refunds]),
  );
  const verdict = await judge({ client, sandboxUrl: product.sandboxUrl, asked, heard: ear.heard });
  await client.end();
  return {
    plan,
    digest: digestOf(plan),
    struck,
    verdict,
    problems: [...problems, ...doors.oddities],
    records,
    recoveries,
    webhooks: {
      heard: new Set(ear.heard.map(({ id }) => id)).size,
      repeated: ear.heard.length,
      refused: ear.refused.count,
    },
    seconds: { crowd, settling: seconds(settling) },
  };
}

async function openShop(doors: Doors, ear: WebhookEar): Promise<void> {
  const created = async (path: string, body: unknown) => {
    const answer = await doors.once("POST", path, { body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  await created("/api/v1/webhook-endpoints", { url: ear.url, events: EVENTS });
  await created("/api/v1/promotions", {
    id: OFFER,
    type: "amount_off",
    phase: "order",
    off: 37,
    optional: true,
    budget: 100_000_000,
  });
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

export const storyOf = ({ number }: JudgeFinding, records: readonly OrderRecord[]): OrderRecord | undefined =>
  records.find(({ plan }) => number !== null && (number === plan.number || number.startsWith(`${plan.number}-`)));
