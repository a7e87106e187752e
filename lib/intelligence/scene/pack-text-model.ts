/** The trained weights as they lie in the repository: one signed byte each, base64. */
export interface PackedModel {
  readonly kinds: readonly string[];
  readonly bits: number;
  readonly scale: number;
  readonly temperature: number;
  readonly bias: readonly number[];
  readonly weights: string;
}

export interface TextModel {
  readonly weights: Int8Array;
  readonly scale: number;
  readonly temperature: number;
  readonly bias: readonly number[];
}

const LARGEST = 127;
const CHUNK = 8_192;

export function packModel(
  fitted: { weights: Float64Array; bias: readonly number[] },
  about: { kinds: readonly string[]; bits: number; temperature: number },
): PackedModel {
  let top = 0;
  for (const weight of fitted.weights) top = Math.max(top, Math.abs(weight));
  const scale = top === 0 ? 1 : top / LARGEST;
  const bytes = new Uint8Array(fitted.weights.length);
  fitted.weights.forEach((weight, at) => {
    bytes[at] = Math.round(weight / scale) & 0xff;
  });
  let text = "";
  for (let from = 0; from < bytes.length; from += CHUNK)
    text += String.fromCharCode(...bytes.subarray(from, from + CHUNK));
  const bias = fitted.bias.map((value) => Number(value.toFixed(5)));
  return { ...about, scale: Number(scale.toPrecision(9)), bias, weights: btoa(text) };
}

/** @throws when the file was trained for other kinds or another number of buckets than this code reads */
export function unpackModel(packed: PackedModel, expected: { kinds: readonly string[]; bits: number }): TextModel {
  if (packed.bits !== expected.bits || packed.kinds.join() !== expected.kinds.join()) {
    throw new Error("the text model was trained for other code; train it again");
  }
  const text = atob(packed.weights);
  const weights = new Int8Array(text.length);
  for (let at = 0; at < text.length; at++) weights[at] = text.charCodeAt(at);
  if (weights.length !== 2 ** packed.bits * packed.kinds.length) throw new Error("the text model is cut short");
  return { weights, scale: packed.scale, temperature: packed.temperature, bias: packed.bias };
}
