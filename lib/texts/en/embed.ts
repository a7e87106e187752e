import type { EmbedText } from "../zh-CN/embed.ts";

export const embed: EmbedText = { title: "Payment", close: "Close" };
