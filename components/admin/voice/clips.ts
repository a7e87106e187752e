import type { CHINESE_PIECES } from "#lib/texts/spoken-amount.ts";

/** Recordings of the pieces of Chinese amounts, one after the other in one file; lib/lab/README.md says how it was made. */
export const CLIP_FILE = "/voice/zh.mp3";

/** Where each begins and how long it is, in seconds; there is silence between them. */
export const CLIPS: Readonly<Record<(typeof CHINESE_PIECES)[number], readonly [beginS: number, lengthS: number]>> = {
  零: [0.16, 0.448],
  一: [0.768, 0.433],
  二: [1.361, 0.249],
  三: [1.77, 0.537],
  四: [2.467, 0.463],
  五: [3.09, 0.336],
  六: [3.586, 0.477],
  七: [4.223, 0.444],
  八: [4.827, 0.431],
  九: [5.418, 0.441],
  两: [6.02, 0.572],
  十: [6.752, 0.369],
  百: [7.28, 0.429],
  千: [7.87, 0.598],
  万: [8.627, 0.51],
  亿: [9.298, 0.435],
  元: [9.892, 0.525],
  角: [10.577, 0.561],
  分: [11.298, 0.53],
  微信收款: [11.988, 1.419],
  笔: [13.567, 0.397],
  共: [14.124, 0.476],
};
