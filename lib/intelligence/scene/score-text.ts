/** How much the n-grams and the lexicon each have to say; fitted once by likelihood on the folds and kept. */
const GRAM_SHARE = 1;
const LEXICON_SHARE = 0.6;

export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const grown = scores.map((score) => Math.exp(score - top));
  const sum = grown.reduce((total, next) => total + next, 0);
  return grown.map((part) => part / sum);
}

/** The place of the largest; the first of equals. */
export function argmax(values: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] ?? 0) > (values[best] ?? 0)) best = at;
  return best;
}

/** Both experts' log-odds for one text, in the order of the kinds. Works on packed and on unpacked weights. */
export function gramScores(
  model: { readonly weights: ArrayLike<number>; readonly scale: number; readonly bias: readonly number[] },
  buckets: readonly number[],
): number[] {
  const unit = model.scale / Math.sqrt(Math.max(1, buckets.length));
  const kinds = model.bias.length;
  const scores = model.bias.slice();
  for (const bucket of buckets) {
    const from = bucket * kinds;
    for (let kind = 0; kind < kinds; kind++)
      scores[kind] = (scores[kind] ?? 0) + unit * (model.weights[from + kind] ?? 0);
  }
  return scores;
}

export const mixExperts = (grams: readonly number[], lexicon: readonly number[], temperature: number): number[] =>
  grams.map((score, kind) => (GRAM_SHARE * score + LEXICON_SHARE * (lexicon[kind] ?? 0)) / temperature);
