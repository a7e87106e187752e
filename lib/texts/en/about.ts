import type { AboutText } from "../zh-CN/about.ts";

export const about: AboutText = {
  product: "Lingfu",
  name: "English",
  script: "English",
  locale: "en-GB",
  days: "names",
  tags: /^en(?:-|$)/,
  standIn: null,
};
