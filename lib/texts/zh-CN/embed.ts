import type { Words } from "../words.ts";

/** Around the pay page where it opens over a shop's own page; embed.js carries them in every language, so they are few. */
export const embed = { title: "付款", close: "关闭" };

export type EmbedText = Words<typeof embed>;
