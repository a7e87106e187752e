import { createHash } from "node:crypto";
import { Seeded } from "../support/crash/seeded.ts";
import { Deck } from "./deck.ts";
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

/** All there are. */
export const faultNames = (): FaultName[] => [
  ...keysOf(NOTICE_FAULTS),
  ...keysOf(CALL_FAULTS),
  ...keysOf(REFUND_FAULTS),
  "refund repeated at once",
];

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
  const decks: Decks = {
    stories: new Deck(seeded, STORIES),
    channels: new Deck(seeded, PAGE_CHANNELS),
    noticeFaults: new Deck(seeded, keysOf(NOTICE_FAULTS)),
    callFaults: new Deck(seeded, keysOf(CALL_FAULTS)),
    refundFaults: new Deck(seeded, keysOf(REFUND_FAULTS)),
    refunds: new Deck(seeded, REFUND_PLANS),
  };
  return {
    seed,
    orders: Array.from({ length: orders }, (_, index) =>
      drawOrder(seeded, decks, `C${seed}x${String(index).padStart(6, "0")}`),
    ),
    strikes: drawStrikes(seeded, orders),
  };
}

export const digestOf = (plan: CampaignPlan): string =>
  createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 16);

interface Decks {
  readonly stories: Deck<StoryCard>;
  readonly channels: Deck<CampaignChannel>;
  readonly noticeFaults: Deck<keyof typeof NOTICE_FAULTS>;
  readonly callFaults: Deck<keyof typeof CALL_FAULTS>;
  readonly refundFaults: Deck<keyof typeof REFUND_FAULTS>;
  readonly refunds: Deck<RefundPlan>;
}

function drawOrder(seeded: Seeded, decks: Decks, number: string): OrderPlan {
  const story = drawStory(seeded, decks);
  const noticeFault = seeded.next() < 0.55 ? decks.noticeFaults.deal() : null;
  const refund = isPaid(story) && seeded.next() < 0.4 ? decks.refunds.deal() : null;
  const refundFault = refund !== null && seeded.next() < 0.75 ? decks.refundFaults.deal() : null;
  // An order has one fault of its calls: the story's, the refund's, or any.
  const isTaken = "api" in storyFaults(story) || (refundFault !== null && "api" in REFUND_FAULTS[refundFault]);
  const callFault = !isTaken && seeded.next() < 0.5 ? decks.callFaults.deal() : null;
  const operations = [seeded.pick(operationsOf(story, noticeFault !== null))];
  const settings = [
    noticeFault === null ? {} : { notify: NOTICE_FAULTS[noticeFault] },
    callFault === null ? {} : { api: { operations, ...CALL_FAULTS[callFault] } },
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

type StoryCard = Exclude<Story["kind"], "code"> | CodeStory;

const many = (count: number, kind: StoryCard): StoryCard[] => Array<StoryCard>(count).fill(kind);
/** How often each comes among forty. */
const STORIES: readonly StoryCard[] = [
  ...many(20, "pays"),
  ...many(2, "leaves"),
  ...many(3, "pays_at_closing"),
  ...many(3, "pays_after_closing"),
  ...many(2, "pays_twice"),
  ...many(3, "repriced_while_paying"),
  ...CODE_STORIES,
];

function drawStory(seeded: Seeded, decks: Decks): Story {
  const kind = decks.stories.deal();
  switch (kind) {
    case "pays":
    case "leaves":
    case "pays_at_closing":
    case "pays_after_closing":
      return { kind, channel: decks.channels.deal() };
    case "pays_twice":
      return { kind, firstFirst: seeded.next() < 0.5 };
    case "repriced_while_paying":
      return { kind, offMs: Math.floor(seeded.between(-150, 150)) };
    default:
      return { kind: "code", how: kind };
  }
}

/** Whether money is expected that a shop could give back. */
const isPaid = (story: Story): boolean =>
  story.kind === "code"
    ? story.how === "paid" || story.how === "password"
    : story.kind !== "leaves" && story.kind !== "pays_after_closing";

const REFUND_PLANS: readonly RefundPlan[] = [
  { shares: [100], repeated: false },
  { shares: [100], repeated: true },
  { shares: [30], repeated: true },
  { shares: [50, 50], repeated: false },
  { shares: [40, 25, 35], repeated: false },
  { shares: [80, 40], repeated: false },
  { shares: [20, 30], repeated: true },
];

/** Calls that an order of this kind does make: a fault of another would never be met. */
function operationsOf(story: Story, hasNoticeFault: boolean): string[] {
  switch (story.kind) {
    case "code":
      return story.how === "password_never" ? ["codepay", "query", "reverse"] : ["codepay"];
    case "pays_twice":
      return ["native", "jsapi", "close"];
    case "repriced_while_paying":
      return ["native", "close"];
    case "pays":
      return [operationOf(story.channel), ...(hasNoticeFault ? ["query"] : [])];
    default:
      return [operationOf(story.channel), "query", "close"];
  }
}

/** A mini program's trade is opened by the same call as one of an official account. */
const operationOf = (channel: CampaignChannel): string => (channel === "miniprogram" ? "jsapi" : channel);

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
