import { execFile, spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { RunningProduct } from "../support/crash/product.ts";
import { choosePorts } from "../support/product.ts";
import { CampaignProduct } from "./campaign-product.ts";
import { liveOrder, newRecord, note, type OrderRecord } from "./crowd.ts";
import { eachOf } from "./each-of.ts";
import { type CampaignVerdict, judge } from "./judge.ts";
import type { JudgeFinding } from "./judged-books.ts";
import { type CampaignPlan, type CampaignSize, digestOf, drawPlan } from "./plan.ts";
import { settle } from "./settle.ts";
import { Doors, openWebhookEar, type WebhookEar } from "./shop-calls.ts";
import { type StrikeCount, strikeAll } from "./strike.ts";

// One campaign: a plan, a product, a crowd that pays while the product is struck, time to settle, and the judge.

const SHOPPERS_MAX = 24;
/** Fewer where there are few orders, so that the product is struck while they live. */
const ORDERS_PER_SHOPPER = 4;
const REFUSE_EVERY = 17;
const OFFER = "campaign-offer";
const SETTLED_MS = 180_000;
/** Copies with a guard taken away may never settle, and are not waited for long. */
const CALM_STALLED_MS = 20_000;
const CALM_PATIENCE_MS = 30_000;
/** For a call that finds the product down, or WeChat unclear. */
const PATIENCE_MS = 240_000;
const SETTLED_MS_PER_ORDER = 60;
const BEIJING_MS = 8 * 3_600_000;
/** Stories that pay before anybody closes, and charges by code that nobody confirms on a phone. */
const IN_TIME = new Set([
  "pays",
  "pays_at_closing",
  "repriced_while_paying",
  "paid",
  "unclear",
  "unclear_and_reversed",
]);
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
  /** Nothing is killed. */
  readonly calm?: boolean;
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
  const strikes = options.calm ? [] : plan.strikes;
  const { say = () => {} } = options;
  say(`campaign: ${options.orders} orders, seed ${options.seed}, plan ${digestOf(plan)}`);
  await choosePorts();
  const campaign = await CampaignProduct.open(options.dataParent ?? os.tmpdir(), options.calm === true);
  const ear = await openWebhookEar(REFUSE_EVERY);
  try {
    return await run({ campaign, ear, plan: { ...plan, strikes }, options, say });
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
  const doors = new Doors(product, options.calm ? CALM_PATIENCE_MS : PATIENCE_MS);
  await Promise.all([openShop(doors, ear), addPushChannel(product, ear.url)]);
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
    eachOf(records, Math.min(SHOPPERS_MAX, Math.ceil(records.length / ORDERS_PER_SHOPPER)), live),
    strikeAll({ campaign, doors, records, struck, say }, plan.strikes, () => begun),
  ]);
  await product.ready();
  const crowd = seconds(since);
  const recoveries = await Promise.all(
    struck.recoveries.map(async ({ settledMs, ...rest }) => ({ ...rest, settledMs: await settledMs })),
  );
  say(`all orders have lived after ${crowd} s; a day passes`);
  const settling = performance.now();
  const timeoutMs = SETTLED_MS + options.orders * SETTLED_MS_PER_ORDER;
  const open = await settle({
    product,
    doors,
    records,
    stepMs: options.stepMs ?? (options.calm ? 300 : 1_000),
    timeoutMs,
    stalledMs: options.calm ? CALM_STALLED_MS : timeoutMs,
  });
  if (open.length > 0) problems.push(`not ended: ${open.join(", ")}`);
  await reconcile(campaign, doors);
  const chains = options.calm ? null : verifyChains(campaign);
  if (chains !== null) problems.push(`the ledger's chains: ${chains}`);
  const client = await product.connect();
  const asked = new Map(
    records.filter(({ refunds }) => refunds.length > 0).map(({ plan: { number }, refunds }) => [number, refunds]),
  );
  const paidInTime = new Set(
    plan.orders
      .filter(({ story }) => IN_TIME.has(story.kind === "code" ? story.how : story.kind))
      .map(({ number }) => number),
  );
  const verdict = await judge({
    client,
    sandboxUrl: product.sandboxUrl,
    asked,
    heard: ear.heard,
    pushed: ear.pushed,
    paidInTime,
  });
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

/** The next morning's comparison with WeChat's bill: it finds what was paid when nobody asked any more, and no notice came. */
async function reconcile({ product }: CampaignProduct, doors: Doors): Promise<void> {
  await doors.tell("faults", { bill: { alwaysReady: true } });
  const { trades } = (await doors.control("GET", "trades")).body as { trades: { paidAt: string | null }[] };
  const moments = trades.flatMap(({ paidAt }) => (paidAt === null ? [] : [Date.parse(paidAt)]));
  const days = new Set(moments.map((moment) => new Date(moment + BEIJING_MS).toISOString().slice(0, 10)));
  // It ends with 1 where there are differences, which is for the judge to look at.
  for (const day of days) runTool(product, ["lib/bin/run.mjs", "lib/bin/cli.ts", "reconcile", "--date", day]);
}

/** By the verifier that knows nothing of the product. @returns what is wrong */
function verifyChains({ product }: CampaignProduct): string | null {
  const file = path.join(product.dataDir, "ledger.jsonl");
  const exported = runTool(product, ["lib/bin/run.mjs", "lib/bin/cli.ts", "export-ledger", file]);
  if (exported.status !== 0) return exported.stderr || exported.stdout;
  const verified = runTool(product, ["lib/ops/ledger/verify-export.mjs", file]);
  return verified.status === 0 ? null : verified.stdout + verified.stderr;
}

const runTool = ({ environment }: RunningProduct, command: readonly string[]) =>
  spawnSync(process.execPath, command, { env: environment, encoding: "utf8" });

async function addPushChannel({ environment }: RunningProduct, url: string): Promise<void> {
  const command = ["lib/bin/run.mjs", "e2e/campaign/add-push-channel.ts", url];
  await promisify(execFile)(process.execPath, command, { env: environment });
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
