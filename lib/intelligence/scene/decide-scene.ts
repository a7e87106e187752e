import { type ChannelDecision, decideChannel } from "./decide-channel.ts";
import { industryScores, priorScores, sceneOfMcc } from "./merchant-evidence.ts";
import {
  amountEvidence,
  fulfilmentEvidence,
  hourEvidence,
  metadataEvidence,
  type SceneEvidence,
} from "./order-evidence.ts";
import { SCENES, type Scene, SENSITIVE_SCENES } from "./scenes.ts";
import { softmax } from "./score-text.ts";
import type { SceneReason, Signals } from "./signals.ts";
import { correctedScene, itemEvidence, merchantEvidence } from "./text-evidence.ts";

/** Goes into stored decisions: a decision can be replayed only by the version that made it. */
export const SCENE_VERSION = "scene-1";

const SURE_FROM = 0.6;
const SENSITIVE_SURE_FROM = 0.8;
const MARGIN_FROM = 0.15;
/** The experts overlap (an industry and its items say the same twice), so their sum is too bold as it stands. */
const TEMPERATURE = 1.3;
const REASONS_MAX = 3;

/** What is being paid for, and why we think so. */
export interface BusinessScene {
  readonly scene: Scene;
  /** Of the likeliest scene, also when `fallback` hides it behind `other`. */
  readonly confidence: number;
  /** At most three, strongest first. */
  readonly reasons: readonly SceneReason[];
  /** Not sure enough: the generic page is shown. */
  readonly fallback: boolean;
  readonly version: string;
}

export interface SceneDecision extends ChannelDecision, BusinessScene {}

/** What tells of the business alone; who asks, and by which device, is no part of it. */
export type BusinessSignals = Omit<Signals, "userAgent" | "hints" | "askedChannel" | "accountChannels">;

function gatherEvidence(signals: BusinessSignals): SceneEvidence[] {
  const found: (SceneEvidence | null)[] = [];
  const industry = signals.industry ?? (signals.mcc === undefined ? null : sceneOfMcc(signals.mcc));
  if (industry !== null && industry !== "other") {
    found.push({ signal: "industry", value: industry, scores: industryScores(industry) });
  }
  if (signals.metadata !== undefined) found.push(...metadataEvidence(signals.metadata));
  if (signals.items !== undefined) found.push(itemEvidence(signals.items));
  if (signals.merchantName !== undefined) found.push(merchantEvidence(signals.merchantName));
  const inStore = signals.entry === "collection_code" || signals.entry === "pos";
  const fulfilment = signals.fulfilment ?? (inStore ? "in_store" : undefined);
  if (fulfilment !== undefined) found.push(fulfilmentEvidence(fulfilment));
  if (signals.amount !== undefined && signals.amount > 0) found.push(amountEvidence(signals.amount));
  if (signals.hour !== undefined) found.push(hourEvidence(signals.hour));
  return found.filter((evidence) => evidence !== null);
}

/** How much a piece of evidence lifts a scene above the others. */
function liftOf(evidence: SceneEvidence, scene: Scene): number {
  let sum = 0;
  for (const other of SCENES) if (other !== scene) sum += Math.max(-6, evidence.scores[other]);
  return evidence.scores[scene] - sum / (SCENES.length - 1);
}

/** Names of sensitive goods are not kept with the decision. */
function masked(evidence: SceneEvidence, scene: Scene): string {
  const names = evidence.signal === "item" || evidence.signal === "merchant";
  return names && SENSITIVE_SCENES.has(scene) ? "…" : evidence.value;
}

function explain(found: readonly SceneEvidence[], scene: Scene): SceneReason[] {
  return found
    .map((evidence) => ({ evidence, weight: liftOf(evidence, scene) }))
    .filter(({ weight }) => weight > 0.1)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, REASONS_MAX)
    .map(({ evidence, weight }) => ({
      signal: evidence.signal,
      weight: Math.round(weight * 100) / 100,
      value: masked(evidence, scene),
    }));
}

/** The two likeliest scenes and how likely the first is. */
function rank(
  signals: BusinessSignals,
  found: readonly SceneEvidence[],
): { scene: Scene; confidence: number; margin: number } {
  const prior = priorScores(signals.corrections);
  const totals = SCENES.map((scene) => {
    const sum = found.reduce((total, evidence) => total + evidence.scores[scene], 0);
    return prior[scene] + sum / TEMPERATURE;
  });
  const ranked = softmax(totals)
    .map((share, at) => ({ scene: SCENES[at] ?? "other", share }))
    .sort((a, b) => b.share - a.share);
  const best = ranked[0] ?? { scene: "other" as const, share: 0 };
  return { scene: best.scene, confidence: best.share, margin: best.share - (ranked[1]?.share ?? 0) };
}

/** What is being paid for. The merchant's own correction of an item wins over every model. */
export function decideBusinessScene(signals: BusinessSignals): BusinessScene {
  const corrected = correctedScene(signals.items ?? [], signals.corrections ?? []);
  if (corrected !== null) {
    const value = SENSITIVE_SCENES.has(corrected.scene) ? "…" : corrected.text;
    const reasons = [{ signal: "correction", value, weight: 20 }];
    return { scene: corrected.scene, confidence: 1, reasons, fallback: false, version: SCENE_VERSION };
  }
  const found = gatherEvidence(signals);
  const { scene, confidence, margin } = rank(signals, found);
  const needed = SENSITIVE_SCENES.has(scene) ? SENSITIVE_SURE_FROM : SURE_FROM;
  const fallback = !(confidence >= needed && margin >= MARGIN_FROM);
  const reasons = explain(found, scene);
  return { scene: fallback ? "other" : scene, confidence, reasons, fallback, version: SCENE_VERSION };
}

/** What is being paid for and by which channel. Pure: the same signals give the same decision. */
export const decideScene = (signals: Signals): SceneDecision => ({
  ...decideChannel(signals),
  ...decideBusinessScene(signals),
});
