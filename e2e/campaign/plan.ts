import { createHash } from "node:crypto";
import { Seeded } from "../support/crash/seeded.ts";
import { drawStrikes, type Strike } from "./strike-plan.ts";

// Everything that chance decides in a campaign, drawn before anything starts: the same seed is the same plan.

const PAGE_CHANNELS = ["native", "h5", "jsapi", "miniprogram"] as const;
export type CampaignChannel = (typeof PAGE_CHANNELS)[number];

/** What the shopper does. */
export type Story =
  | { readonly kind: "pays"; readonly channel: CampaignChannel }
  | { readonly kind: "leaves"; readonly channel: CampaignChannel }
  /** The shop closes the order, and the payment comes between the product's question and its close call. */
  | { readonly kind: "pays_at_closing"; readonly channel: CampaignChannel }
  | { readonly kind: "pays_after_closing"; readonly channel: CampaignChannel }
  /** Two trades of one order are paid. */
  | { readonly kind: "pays_twice"; readonly firstFirst: boolean }
  /** An offer is chosen at the moment of the payment. */
  | { readonly kind: "repriced_while_paying"; readonly offMs: number }
  | { readonly kind: "code"; readonly how: CodeStory };

/** What happens to a payment code at the counter. */
const CODE_STORIES = [
  "paid",
  "password",
  "password_never",
  "unclear",
  "unclear_and_reversed",
  "payment_failed",
  "code_refused",
] as const;
type CodeStory = (typeof CODE_STORIES)[number];

/** What becomes of the notices; the names are the closing table's. */
const NOTICE_FAULTS = {
  "notice dropped": { drop: 2 },
  "notice lost": { lose: 1 },
  "notice minutes late": { delayMs: 180_000 },
  "notice hours late": { delayMs: 8 * 3_600_000 },
  "notice a day late": { delayMs: 24 * 3_600_000 },
  "notice 50 times at once": { duplicate: 2, copies: 50 },
  "notices reordered": { reorder: 1 },
  "signature probe": { probe: 1 },
  "notice tampered with": { badSignature: 2 },
  "notice of an unknown key": { otherSerial: 1 },
  "notice under another secret": { badCiphertext: 1 },
  "notice with an old time": { oldTimestamp: 1 },
  "another amount, then the right one": { override: { amount: { total: 1 } }, overrideTries: 1 },
  "another merchant, then the right one": { override: { mchid: "1999999999" }, overrideTries: 1 },
} as const;

/** What becomes of a call to WeChat. */
const CALL_FAULTS = {
  "call slow": { delayMs: 1_500, delays: 5 },
  "call never answered": { silent: 1 },
  "call hangs after its work": { hang: 1 },
  "call cut off after its work": { dropConnection: 2 },
  "call answered 500 after its work": { errorAfterWork: 2 },
  "call refused with 429": { refuse: 2, errorCode: "RATELIMIT_EXCEEDED" },
  "call refused with 500": { refuse: 2, errorCode: "SYSTEM_ERROR" },
  "answer unsigned": { unsigned: 1 },
  "answer signed wrongly": { badSignature: 1 },
  "answer of a proxy (HTML)": { html: 1 },
  /** Longer than the product waits. */
  "call answered after we gave up": { delayMs: 12_000, delays: 2 },
} as const;

const REFUND_FAULTS = {
  "refund unclear": { api: { operations: ["refund"], hang: 1 } },
  "refund answered 500 after its work": { api: { operations: ["refund"], errorAfterWork: 2 } },
  "refund refused, no balance": { refund: { notEnough: 1 } },
  "refund closed": { refund: { outcome: "CLOSED" } },
  "refund abnormal": { refund: { outcome: "ABNORMAL" } },
  "refund takes an hour": { refund: { delayMs: 3_600_000 } },
} as const;

type FaultName =
  | keyof typeof NOTICE_FAULTS
  | keyof typeof CALL_FAULTS
  | keyof typeof REFUND_FAULTS
  | "refund repeated at once";

interface RefundPlan {
  /** Parts of what was paid, in hundredths. Where they come to more than 100, the last one has to be refused. */
  readonly shares: readonly number[];
  /** Each request comes three times in one moment, under one key. */
  readonly repeated: boolean;
}

export interface OrderPlan {
  readonly number: string;
  readonly fen: number;
  readonly story: Story;
  readonly refund: RefundPlan | null;
  readonly faults: readonly FaultName[];
  /** As the sandbox takes them. */
  readonly faultSettings: Readonly<Record<string, unknown>>;
  readonly idleMs: number;
}

export interface CampaignPlan {
  readonly seed: number;
  readonly orders: readonly OrderPlan[];
  readonly strikes: readonly Strike[];
}

export interface CampaignSize {
  readonly orders: number;
  readonly seed: number;
}

export function drawPlan({ orders, seed }: CampaignSize): CampaignPlan {
  const seeded = new Seeded(seed);
  return {
    seed,
    orders: Array.from({ length: orders }, (_, index) =>
      drawOrder(seeded, `C${seed}x${String(index).padStart(6, "0")}`),
    ),
    strikes: drawStrikes(seeded, orders),
  };
}

export const digestOf = (plan: CampaignPlan): string =>
  createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 16);

function drawOrder(seeded: Seeded, number: string): OrderPlan {
  const story = drawStory(seeded);
  const noticeFault = seeded.next() < 0.55 ? seeded.pick(keysOf(NOTICE_FAULTS)) : null;
  const refund = isPaid(story) && seeded.next() < 0.4 ? drawRefund(seeded) : null;
  const refundFault = refund !== null && seeded.next() < 0.6 ? seeded.pick(keysOf(REFUND_FAULTS)) : null;
  // An order has one fault of its calls: the story's, the refund's, or any.
  const isTaken = "api" in storyFaults(story) || (refundFault !== null && "api" in REFUND_FAULTS[refundFault]);
  const callFault = !isTaken && seeded.next() < 0.45 ? seeded.pick(keysOf(CALL_FAULTS)) : null;
  const settings = [
    noticeFault === null ? {} : { notify: NOTICE_FAULTS[noticeFault] },
    callFault === null ? {} : { api: { operations: operationsOf(seeded, story), ...CALL_FAULTS[callFault] } },
    refundFault === null ? {} : REFUND_FAULTS[refundFault],
    storyFaults(story),
  ];
  const names = [noticeFault, callFault, refundFault, refund?.repeated ? ("refund repeated at once" as const) : null];
  return {
    number,
    fen: 100 + Math.floor(seeded.next() * 20_000),
    story,
    refund,
    faults: names.filter((name) => name !== null),
    faultSettings: Object.assign({}, ...settings),
    idleMs: Math.floor(seeded.between(0, 400)),
  };
}

function drawStory(seeded: Seeded): Story {
  const chance = seeded.next();
  const channel = seeded.pick(PAGE_CHANNELS);
  if (chance < 0.5) return { kind: "pays", channel };
  if (chance < 0.56) return { kind: "leaves", channel };
  if (chance < 0.63) return { kind: "pays_at_closing", channel };
  if (chance < 0.7) return { kind: "pays_after_closing", channel };
  if (chance < 0.77) return { kind: "pays_twice", firstFirst: seeded.next() < 0.5 };
  if (chance < 0.84) return { kind: "repriced_while_paying", offMs: Math.floor(seeded.between(-150, 150)) };
  return { kind: "code", how: seeded.pick(CODE_STORIES) };
}

/** Whether money is expected that a shop could give back. */
const isPaid = (story: Story): boolean =>
  story.kind === "code"
    ? story.how === "paid" || story.how === "password"
    : story.kind !== "leaves" && story.kind !== "pays_after_closing";

const drawRefund = (seeded: Seeded): RefundPlan => ({
  shares: seeded.pick([[100], [100], [30], [50, 50], [20, 30], [40, 25, 35], [80, 40]]),
  repeated: seeded.next() < 0.4,
});

function operationsOf(seeded: Seeded, story: Story): string[] {
  if (story.kind === "code") return [seeded.pick(["codepay", "query", "reverse"])];
  // A mini program's trade is opened by the same call as one of an official account.
  const channel = "channel" in story ? (story.channel === "miniprogram" ? "jsapi" : story.channel) : "native";
  return [seeded.pick([channel, "query", "close"])];
}

/** What the story itself asks of the sandbox. */
function storyFaults(story: Story): Record<string, unknown> {
  if (story.kind === "pays_at_closing") return { api: { payBetweenQueryAndClose: 1 } };
  if (story.kind !== "code") return {};
  switch (story.how) {
    case "password":
    case "password_never":
      return { codepay: { userPaying: 1 } };
    case "unclear":
      return { api: { operations: ["codepay"], hang: 1 } };
    case "unclear_and_reversed":
      return { api: { operations: ["codepay", "query"], errorAfterWork: 30 }, codepay: { recall: 1 } };
    case "payment_failed":
      return { codepay: { payError: 1 } };
    case "code_refused":
      return { codepay: { authCodeInvalid: 1 } };
    case "paid":
      return {};
  }
}

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] => Object.keys(record) as Key[];
