import type { AgentChannel, AgentHints } from "./agent-types.ts";
import type { Scene } from "./scenes.ts";

/** Channels that an account can be permitted by WeChat Pay. */
export type PayChannel = Extract<AgentChannel, "jsapi" | "miniprogram" | "h5" | "native" | "codepay">;

export interface SignalItem {
  readonly name: string;
  readonly category?: string | null;
  /** What the whole line costs, in fen; dearer lines speak louder. */
  readonly amount: number;
}

/** What a merchant once said of an item. `text` may be as the merchant typed it; it is compared in one writing. */
export interface SceneCorrection {
  readonly text: string;
  readonly scene: Scene;
}

/**
 * All that a decision may rest on. Only the user agent is always there; what is absent is not known and counts for nothing.
 * Nothing here names a person: no openid, phone, sex, age or place.
 */
export interface Signals {
  readonly userAgent: string;
  /** Client hints and what the page's bridge reported; they correct the user agent. */
  readonly hints?: AgentHints;
  /** `?channel=` from the shop, or the shopper's own click. Followed wherever it can work. */
  readonly askedChannel?: PayChannel;
  /** `pos`: a counter with a scanner. `api`: the shop's own server asks, so the user agent is not the shopper's. */
  readonly entry?: "page" | "collection_code" | "pos" | "api";
  /** What the merchant's account may use; absent = everything. */
  readonly accountChannels?: readonly PayChannel[];
  /** The industry that the merchant declared at set-up. */
  readonly industry?: Scene;
  /** Merchant category code, four digits; read when no industry was declared. */
  readonly mcc?: string;
  readonly merchantName?: string;
  readonly items?: readonly SignalItem[];
  /** The order's own metadata; only the known keys are read (scene, table, plate, school, …). */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly fulfilment?: "delivery" | "in_store" | "machine";
  /** What is due, in fen. */
  readonly amount?: number;
  /** 0–23, at the shop. */
  readonly hour?: number;
  /** The merchant's own corrections; one with the text of an item wins at once, all of them shift the prior. */
  readonly corrections?: readonly SceneCorrection[];
}

export interface SceneReason {
  /** Which kind of evidence: `correction`, `industry`, `metadata`, `item`, `merchant`, `fulfilment`, `amount`, `hour`. */
  readonly signal: string;
  /** A code, or what was read; `…` where that is not kept. lib/texts/scene.ts words it. */
  readonly value: string;
  /** By how much it spoke for the scene, in log-odds over the other scenes. */
  readonly weight: number;
}
