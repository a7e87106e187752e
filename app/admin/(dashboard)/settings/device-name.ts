import { classifyAgent } from "#lib/intelligence/index.ts";
import type { PeopleText } from "#lib/texts/admin.ts";

type DeviceWords = PeopleText["devices"];

/** The first that matches; most browsers name Chrome and Safari as well. */
const BROWSERS = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["UC", /\bUC(?:Browser|BS)\//],
  ["QQ", /\bM?QQBrowser\//],
  ["Huawei", /\bHuaweiBrowser\//],
  ["MIUI", /\bMiuiBrowser\//],
  ["Chrome", /\b(?:Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
] as const;

/** Enough of a user agent to recognise one's own device: `iPhone · Safari`, `Windows 电脑 · Edge`. */
export function deviceName(agent: string, words: DeviceWords): string {
  const { env, form, os } = classifyAgent(agent);
  const apps: Readonly<Record<string, string>> = {
    wechat: words.wechat,
    wechat_mini: words.wechat,
    wecom: words.wecom,
  };
  const app = apps[env] ?? BROWSERS.find(([, pattern]) => pattern.test(agent))?.[0];
  const device = /iPhone|iPad/.exec(agent)?.[0] ?? (os === "other" ? null : words.systems[os]);
  const kind = form === "phone" || form === "tablet" || form === "desktop" ? words[form] : null;
  const named = device === null || device.startsWith("iP") ? device : [device, kind].filter(Boolean).join(" ");
  return [named, app].filter(Boolean).join(" · ") || words.unknown;
}
