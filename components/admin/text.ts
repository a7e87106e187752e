import type { Language } from "../pay/text.ts";
import { en } from "./text-en.ts";
import { type AdminText, zh } from "./text-zh.ts";

export type { AdminText };

export const adminText = (language: Language): AdminText => (language === "en" ? en : zh);
