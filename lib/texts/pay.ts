import { type Language, textsIn } from "./language.ts";
import type { PayText } from "./zh-CN/pay.ts";

export type { PayText } from "./zh-CN/pay.ts";

/** What the browser needs itself; the rest is only ever rendered on the server. */
export type LiveText = PayText["live"];

export const payText = (language: Language): PayText => textsIn(language).pay;
