import type { Scene } from "#lib/contract/scene.ts";
import { type Language, textsIn } from "./language.ts";
import type { PayText } from "./zh-CN/pay.ts";

export type { PayText } from "./zh-CN/pay.ts";

/** What the browser needs itself; the rest is only ever rendered on the server. */
export type LiveText = PayText["live"];

export const payText = (language: Language): PayText => textsIn(language).pay;

/** Its words for this kind of sale: who gives is not asked to pay. */
export function payTextFor(scene: Scene, language: Language): PayText {
  const text = payText(language);
  if (scene !== "donation") return text;
  const { paidTitle, ...donation } = text.donation;
  return { ...text, ...donation, live: { ...text.live, paidTitle } };
}
