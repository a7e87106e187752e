import type { PageLanguage } from "./language.ts";
import { en } from "./text-en.ts";
import { hk } from "./text-hk.ts";
import { type Text, zh } from "./text-zh.ts";

export { chooseLanguage, LANGUAGES, type Language, type PageLanguage } from "./language.ts";
export type { LiveText, Text } from "./text-zh.ts";

const TEXTS: Readonly<Record<PageLanguage, Text>> = { "zh-CN": zh, "zh-HK": hk, en };

export const textOf = (language: PageLanguage): Text => TEXTS[language];

/** `fill("共 {count} 件", { count: 3 })` */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
