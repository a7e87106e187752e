import type { PosterQuery } from "#lib/contract/collection-code.ts";
import { drawPdf } from "./draw-pdf.ts";
import { drawSvg } from "./draw-svg.ts";
import { layOutPoster, type PosterFacts } from "./lay-out-poster.ts";

export const posterSvg = (facts: PosterFacts, query: PosterQuery): string => drawSvg(layOutPoster(facts, query));
export const posterPdf = (facts: PosterFacts, query: PosterQuery): Promise<Uint8Array> =>
  drawPdf(layOutPoster(facts, query));
export type { PosterFacts };
