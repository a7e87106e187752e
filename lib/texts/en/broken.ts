import type { BrokenText } from "../zh-CN/broken.ts";

export const broken: BrokenText = {
  title: "Something went wrong",
  hint: "Your order and payment are safe.",
  retry: "Try again",
};
