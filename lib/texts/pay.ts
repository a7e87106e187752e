import { pay as en } from "./en/pay.ts";
import type { Language } from "./language.ts";
import { type PayText, pay as zh } from "./zh-CN/pay.ts";
import { pay as hk } from "./zh-HK/pay.ts";

export type { PayText } from "./zh-CN/pay.ts";

/** What the browser needs itself; the rest is only ever rendered on the server. */
export type LiveText = PayText["live"];

const TEXTS: Readonly<Record<Language, PayText>> = { "zh-CN": zh, "zh-HK": hk, en };

export const payText = (language: Language): PayText => TEXTS[language];
