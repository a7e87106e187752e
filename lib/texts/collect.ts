import { HOME_LANGUAGE, type Language, textsIn } from "./language.ts";
import type { CollectText } from "./zh-CN/collect.ts";

export type { CollectText } from "./zh-CN/collect.ts";
export type CollectTrouble = keyof CollectText["troubles"];

export const collectText = (language: Language): CollectText => textsIn(language).collect;

export const isTrouble = (text: string | undefined): text is CollectTrouble =>
  text !== undefined && Object.hasOwn(textsIn(HOME_LANGUAGE).collect.troubles, text);
