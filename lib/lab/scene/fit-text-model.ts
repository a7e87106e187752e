import { lexiconWords } from "../../intelligence/scene/read-lexicon.ts";
import {
  FEATURE_BITS,
  type LabelledText,
  prepareText,
  TEXT_KINDS,
  textFeatures,
} from "../../intelligence/scene/text-features.ts";

/** Weights before they are packed: `weights[bucket * kinds + kind]`. */
export interface FittedModel {
  readonly weights: Float64Array;
  readonly bias: readonly number[];
}

interface Example {
  readonly buckets: readonly number[];
  readonly kind: number;
  readonly weight: number;
}

const KINDS = TEXT_KINDS.length;
const EPOCHS = 30;
const RATE = 0.5;
const L2 = 2e-5;
/** A word of the lexicon teaches n-grams, but it is not a sale that was seen. */
const LEXICON_WEIGHT = 0.5;

/** Small seeded generator (mulberry32), so that the same rows give the same file. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle<Thing>(things: Thing[], random: () => number): void {
  for (let last = things.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = things[last] as Thing;
    things[last] = things[other] as Thing;
    things[other] = held;
  }
}

/** Every kind counts the same in all, however many rows it has; a cap keeps a handful of rows from shouting. */
function balance(examples: readonly Example[]): Example[] {
  const mass = TEXT_KINDS.map(() => 0);
  for (const example of examples) mass[example.kind] = (mass[example.kind] ?? 0) + example.weight;
  const mean = mass.reduce((sum, next) => sum + next, 0) / KINDS;
  return examples.map((example) => ({
    ...example,
    weight: example.weight * Math.min(3, Math.sqrt(mean / Math.max(1, mass[example.kind] ?? 1))),
  }));
}

function softmaxInPlace(scores: number[]): void {
  const top = Math.max(...scores);
  let sum = 0;
  for (let kind = 0; kind < scores.length; kind++) {
    const grown = Math.exp((scores[kind] ?? 0) - top);
    scores[kind] = grown;
    sum += grown;
  }
  for (let kind = 0; kind < scores.length; kind++) scores[kind] = (scores[kind] ?? 0) / sum;
}

function examplesOf(rows: readonly LabelledText[]): Example[] {
  const seen = rows.map((row) => ({
    buckets: textFeatures(prepareText(row.text), row.source),
    kind: TEXT_KINDS.indexOf(row.kind),
    weight: 1,
  }));
  const taught = TEXT_KINDS.flatMap((kind, index) =>
    lexiconWords(kind)
      .filter((word) => word.length > 1)
      .map((word) => ({ buckets: textFeatures(prepareText(word), "item"), kind: index, weight: LEXICON_WEIGHT })),
  );
  return balance([...seen, ...taught]);
}

/** Multinomial logistic regression by AdaGrad; deterministic for the same rows in the same order. */
export function fitTextModel(rows: readonly LabelledText[]): FittedModel {
  const examples = examplesOf(rows);
  const size = 2 ** FEATURE_BITS * KINDS;
  const weights = new Float64Array(size);
  const squares = new Float64Array(size);
  const bias = TEXT_KINDS.map(() => 0);
  const biasSquares = TEXT_KINDS.map(() => 0);
  const random = generator(20260101);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(examples, random);
    for (const { buckets, kind: truth, weight } of examples) {
      const unit = 1 / Math.sqrt(buckets.length);
      const scores = bias.slice();
      for (const bucket of buckets) {
        for (let kind = 0; kind < KINDS; kind++)
          scores[kind] = (scores[kind] ?? 0) + unit * (weights[bucket * KINDS + kind] ?? 0);
      }
      softmaxInPlace(scores);
      for (let kind = 0; kind < KINDS; kind++) {
        const error = weight * ((scores[kind] ?? 0) - (kind === truth ? 1 : 0));
        biasSquares[kind] = (biasSquares[kind] ?? 0) + error * error;
        bias[kind] = (bias[kind] ?? 0) - (0.1 * RATE * error) / Math.sqrt((biasSquares[kind] ?? 0) + 1e-8);
        for (const bucket of buckets) {
          const at = bucket * KINDS + kind;
          const gradient = error * unit + L2 * (weights[at] ?? 0);
          squares[at] = (squares[at] ?? 0) + gradient * gradient;
          weights[at] = (weights[at] ?? 0) - (RATE * gradient) / Math.sqrt((squares[at] ?? 0) + 1e-8);
        }
      }
    }
  }
  return { weights, bias };
}
