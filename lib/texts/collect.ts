import { collect as en } from "./en/collect.ts";
import type { Language } from "./language.ts";
import { type CollectText, collect as zh } from "./zh-CN/collect.ts";

export type { CollectText } from "./zh-CN/collect.ts";
export type CollectTrouble = keyof CollectText["troubles"];

const TEXTS: Readonly<Record<Language, CollectText>> = { "zh-CN": zh, "zh-HK": zh, en };

export const collectText = (language: Language): CollectText => TEXTS[language];

export const isTrouble = (text: string | undefined): text is CollectTrouble =>
  text !== undefined && Object.hasOwn(zh.troubles, text);
