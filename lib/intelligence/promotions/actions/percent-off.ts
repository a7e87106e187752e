import type { PromotionOf } from "../case.ts";
import { mulDivFloor } from "../share-out.ts";
import type { Measured } from "./measured.ts";

/** 折扣; with a threshold of pieces N件M折. Cut down to a whole fen. */
export const percentOff = (promotion: PromotionOf<"percent_off">, { running }: Measured): number =>
  mulDivFloor(running, 10_000 - promotion.payBps, 10_000);
