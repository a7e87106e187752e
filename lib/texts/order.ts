import { HOME_LANGUAGE, textsIn } from "./language.ts";

/** Words that become part of an order, and that WeChat shows: in the shop's own language. */
export const orderText = textsIn(HOME_LANGUAGE).order;
