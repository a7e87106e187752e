import type { EmbedText } from "../zh-CN/embed.ts";

export const embed: EmbedText = { title: "付款", close: "關閉" };
