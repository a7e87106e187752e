import { TEXT_SURE_FROM, textEvidence } from "./classify-text.ts";
import { PLATE, type SceneEvidence } from "./order-evidence.ts";
import { SCENES, type Scene, type SceneScores, sceneScores } from "./scenes.ts";
import { softmax } from "./score-text.ts";
import type { SceneCorrection, SignalItem } from "./signals.ts";
import { prepareText, TEXT_KINDS, type TextKind } from "./text-features.ts";

/** More items say nothing new; the dearest ones are read. */
const ITEMS_READ = 10;
const MERCHANT_SHARE = 0.5;
/** One wrong word must not rule a scene out. */
const FLOOR = -7.5;
const VALUE_CHARS_SHOWN = 24;

/** A kind splits into scenes that only the way of handing over tells apart; the first is the usual one. */
const PARENTS: Partial<Record<Scene, readonly [kind: TextKind, share: number]>> = {
  dining: ["dining", 0.7],
  takeaway: ["dining", 0.3],
  retail: ["retail", 0.6],
  ecommerce: ["retail", 0.3],
  vending: ["retail", 0.1],
  parking: ["parking", 1],
  transport: ["transport", 1],
  travel: ["travel", 1],
  utilities: ["utilities", 1],
  education: ["education", 1],
  healthcare: ["healthcare", 1],
  topup: ["topup", 1],
  services: ["services", 1],
};

/** Scenes that the model was never taught, by words that are nearly certain. */
const MARKED: readonly (readonly [words: RegExp, scene: Scene, score: number])[] = [
  [/捐款|捐赠|善款|募捐|义捐|公益|慈善|随喜|功德|爱心款|助学金捐|donation/, "donation", 9],
  [/会员卡|会员费|入会费|会费|年卡|次卡|储值|会籍|会员续费|membership/, "membership", 4],
  [/对公|货款|采购款|批量采购|企业采购|大宗|供货|预付货款/, "b2b", 7],
];

function markedScores(prepared: string): SceneScores | null {
  const mark = MARKED.find(([words]) => words.test(prepared));
  return mark === undefined ? null : sceneScores((scene) => (scene === mark[1] ? mark[2] : FLOOR / 2));
}

const TEXTS_KEPT = 4_096;
const keptScores = new Map<string, SceneScores | null>();

/** What one text says of every scene. A shop sells the same things all day, so what was read is kept. */
function scoresOf(text: string, source: "item" | "merchant"): SceneScores | null {
  const key = source === "item" ? text : `@${text}`;
  const known = keptScores.get(key);
  if (known !== undefined) return known;
  const scores = readScores(text, source);
  if (keptScores.size >= TEXTS_KEPT) keptScores.clear();
  keptScores.set(key, scores);
  return scores;
}

/** In log-odds up to a constant; null when there is nothing to read. */
function readScores(text: string, source: "item" | "merchant"): SceneScores | null {
  const marked = markedScores(prepareText(text));
  if (marked !== null) return marked;
  if (PLATE.test(text.slice(0, 64).toUpperCase())) return sceneScores((scene) => (scene === "parking" ? 0 : FLOOR));
  const evidence = textEvidence(text, source);
  if (evidence === null) return null;
  const shares = softmax(evidence);
  // A made-up name leans somewhere by its sounds alone; only one that says what the shop is counts.
  if (source === "merchant" && Math.max(...shares) < TEXT_SURE_FROM) return null;
  return sceneScores((scene) => {
    const parent = PARENTS[scene];
    if (parent === undefined) return FLOOR;
    // A machine sells drinks as gladly as goods.
    const second = scene === "vending" ? (shares[TEXT_KINDS.indexOf("dining")] ?? 0) : 0;
    return Math.max(FLOOR, Math.log(parent[1] * ((shares[TEXT_KINDS.indexOf(parent[0])] ?? 0) + second) + 1e-9));
  });
}

const dearestFirst = <Item extends SignalItem>(items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => b.amount - a.amount).slice(0, ITEMS_READ);

const weightOf = ({ amount }: SignalItem): number => (Number.isFinite(amount) ? Math.sqrt(Math.max(1, amount)) : 1);

/** The items together: the mean of what each says, weighted by the root of what it costs. */
export function itemEvidence(items: readonly SignalItem[]): SceneEvidence | null {
  let total = 0;
  let first: string | null = null;
  const sums = sceneScores(() => 0);
  for (const item of dearestFirst(items)) {
    const scores = scoresOf(item.name, "item") ?? (item.category ? scoresOf(item.category, "item") : null);
    if (scores === null) continue;
    first ??= item.name.slice(0, VALUE_CHARS_SHOWN);
    const weight = weightOf(item);
    total += weight;
    for (const scene of SCENES) sums[scene] += weight * scores[scene];
  }
  if (total === 0 || first === null) return null;
  return { signal: "item", value: first, scores: sceneScores((scene) => sums[scene] / total) };
}

export function merchantEvidence(name: string): SceneEvidence | null {
  const scores = scoresOf(name, "merchant");
  if (scores === null) return null;
  const value = name.slice(0, VALUE_CHARS_SHOWN);
  return {
    signal: "merchant",
    value,
    scores: sceneScores((scene) => MERCHANT_SHARE * scores[scene]),
  };
}

/** Corrections by normalised text; the last one counts. */
type SceneByText = ReadonlyMap<string, Scene>;
// A shop's corrections are one list for many orders; reading it anew for each would cost more than all the rest.
const keptSaid = new WeakMap<readonly SceneCorrection[], SceneByText>();

function saidIn(corrections: readonly SceneCorrection[]): SceneByText {
  let said = keptSaid.get(corrections);
  if (said === undefined) {
    said = new Map(corrections.map(({ text, scene }) => [prepareText(text), scene]));
    keptSaid.set(corrections, said);
  }
  return said;
}

/** The items that a decision is made by: the dearest, each with what it weighs. */
export const itemsThatWeigh = <Item extends SignalItem>(items: readonly Item[]): { item: Item; weight: number }[] =>
  dearestFirst(items).map((item) => ({ item, weight: weightOf(item) }));

/** The merchant's own correction: the one that covers at least half of the order by weight. */
export function correctedScene(
  items: readonly SignalItem[],
  corrections: readonly SceneCorrection[],
): { scene: Scene; text: string } | null {
  if (corrections.length === 0) return null;
  const said = saidIn(corrections);
  const weights = new Map<Scene, { weight: number; text: string }>();
  let total = 0;
  for (const { item, weight } of itemsThatWeigh(items)) {
    total += weight;
    const scene = said.get(prepareText(item.name));
    if (scene === undefined) continue;
    const known = weights.get(scene);
    weights.set(scene, {
      weight: (known?.weight ?? 0) + weight,
      text: known?.text ?? item.name.slice(0, VALUE_CHARS_SHOWN),
    });
  }
  for (const [scene, { weight, text }] of weights) if (2 * weight >= total) return { scene, text };
  return null;
}
