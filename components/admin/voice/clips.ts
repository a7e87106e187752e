import { CHINESE_PIECES } from "#lib/texts/spoken-amount.ts";

/** Recordings of the pieces of Chinese amounts, one after the other in one file; lib/lab/README.md says how it was made. */
export const CLIP_FILE = "/voice/zh.mp3";

type Clip = readonly [beginS: number, lengthS: number];

/** Where each piece begins and how long it is, in seconds, in the order of the pieces; there is silence between them. */
const PLACES: readonly Clip[] = [
  [0.16, 0.448],
  [0.768, 0.433],
  [1.361, 0.249],
  [1.77, 0.537],
  [2.467, 0.463],
  [3.09, 0.336],
  [3.586, 0.477],
  [4.223, 0.444],
  [4.827, 0.431],
  [5.418, 0.441],
  [6.02, 0.572],
  [6.752, 0.369],
  [7.28, 0.429],
  [7.87, 0.598],
  [8.627, 0.51],
  [9.298, 0.435],
  [9.892, 0.525],
  [10.577, 0.561],
  [11.298, 0.53],
  [11.988, 1.419],
  [13.567, 0.397],
  [14.124, 0.476],
];

export const CLIPS: ReadonlyMap<string, Clip> = new Map(
  CHINESE_PIECES.map((piece, at): [string, Clip] => [piece, PLACES[at] ?? [0, 0]]),
);
