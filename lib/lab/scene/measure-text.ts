import { readLexicon } from "../../intelligence/scene/read-lexicon.ts";
import { argmax, gramScores, mixExperts, softmax } from "../../intelligence/scene/score-text.ts";
import { type LabelledText, prepareText, TEXT_KINDS, textFeatures } from "../../intelligence/scene/text-features.ts";
import { type FittedModel, fitTextModel } from "./fit-text-model.ts";

/** A row that was judged by a model that never saw it. */
export interface JudgedText {
  readonly row: LabelledText;
  readonly evidence: readonly number[];
}

export interface TextFigures {
  readonly rows: number;
  readonly accuracy: number;
  readonly macroF1: number;
  /** Expected calibration error over ten bins. */
  readonly ece: number;
  /** Share of the rows that can be answered, surest first, while at least 95 % of the answers are right. */
  readonly coverageAt95: number;
}

const FOLDS = 5;

function judge(model: FittedModel, rows: readonly LabelledText[]): JudgedText[] {
  return rows.map((row) => {
    const prepared = prepareText(row.text);
    const grams = gramScores({ ...model, scale: 1 }, textFeatures(prepared, row.source));
    return { row, evidence: mixExperts(grams, readLexicon(prepared), 1) };
  });
}

/** Each row judged by the model of the four folds it is not in. The order of the rows decides the folds. */
export function judgeByFolds(rows: readonly LabelledText[]): JudgedText[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const model = fitTextModel(rows.filter((_row, at) => at % FOLDS !== fold));
    const held = rows.filter((_row, at) => at % FOLDS === fold);
    return judge(model, held);
  }).flat();
}

/** Each row judged by a model that saw no row of its group, such as the source it came from. */
export function judgeLeftOut<Row extends LabelledText>(
  rows: readonly Row[],
  groupOf: (row: Row) => string,
): JudgedText[] {
  return [...new Set(rows.map(groupOf))].flatMap((group) => {
    const model = fitTextModel(rows.filter((row) => groupOf(row) !== group));
    const held = rows.filter((row) => groupOf(row) === group);
    return judge(model, held);
  });
}

function loss(judged: readonly JudgedText[], temperature: number): number {
  return judged.reduce((sum, { row, evidence }) => {
    const shares = softmax(evidence.map((score) => score / temperature));
    return sum - Math.log(Math.max(1e-12, shares[TEXT_KINDS.indexOf(row.kind)] ?? 0));
  }, 0);
}

/** The temperature with the best likelihood on rows the model had not seen. */
export function fitTemperature(judged: readonly JudgedText[]): number {
  let best = 1;
  for (let step = 10; step <= 60; step++) {
    const temperature = step / 20;
    if (loss(judged, temperature) < loss(judged, best)) best = temperature;
  }
  return best;
}

interface TextGuess {
  readonly confidence: number;
  readonly right: boolean;
  readonly guess: number;
  readonly truth: number;
}

function macroF1(guesses: readonly TextGuess[]): number {
  const kinds = [...new Set(guesses.map(({ truth }) => truth))];
  const scores = kinds.map((kind) => {
    const hits = guesses.filter(({ guess, truth }) => guess === kind && truth === kind).length;
    const named = guesses.filter(({ guess, truth }) => guess === kind || truth === kind);
    const calls = named.reduce((sum, { guess, truth }) => sum + Number(guess === kind) + Number(truth === kind), 0);
    return calls === 0 ? 0 : (2 * hits) / calls;
  });
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, kinds.length);
}

function calibrationError(guesses: readonly TextGuess[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inBin = guesses.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin);
    const gap = inBin.reduce((sum, { confidence, right }) => sum + confidence - Number(right), 0);
    error += Math.abs(gap) / guesses.length;
  }
  return error;
}

function coverage(guesses: readonly TextGuess[]): number {
  const surest = [...guesses].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let covered = 0;
  surest.forEach((guess, at) => {
    right += Number(guess.right);
    if (right / (at + 1) >= 0.95) covered = (at + 1) / surest.length;
  });
  return covered;
}

export function textFigures(judged: readonly JudgedText[], temperature: number): TextFigures {
  const guesses = judged.map(({ row, evidence }) => {
    const shares = softmax(evidence.map((score) => score / temperature));
    const guess = argmax(shares);
    const truth = TEXT_KINDS.indexOf(row.kind);
    return { guess, truth, right: guess === truth, confidence: shares[guess] ?? 0 };
  });
  const rows = guesses.length;
  const accuracy = guesses.filter(({ right }) => right).length / Math.max(1, rows);
  return { rows, accuracy, macroF1: macroF1(guesses), ece: calibrationError(guesses), coverageAt95: coverage(guesses) };
}
