import type { AboutText } from "../zh-CN/about.ts";

export const about: AboutText = {
  product: "靈付",
  name: "繁體",
  script: "繁體",
  locale: "zh-HK",
  days: "figures",
  tags: /^zh-(?:.*-)?(?:hk|tw|mo|hant)\b/,
  standIn: "zh-CN",
};
