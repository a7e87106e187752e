import type { Os } from "./agent-types.ts";

/** @param agent lower-cased and bounded in length */
export function readOs(agent: string): Os {
  if (/harmony|arkweb/.test(agent)) return "harmony";
  if (/windows phone|windows ?ce|windows ?mobile|wds [0-9]|iemobile|wpdesktop/.test(agent)) return "other";
  if (/iphone|ipad|ipod|\(ios;|cpu os [0-9]|puffin\/[0-9.]{1,24}i[pt]/.test(agent)) return "ios";
  if (agent.includes("macintosh") && agent.includes(" mobile/")) return "ios";
  if (/puffin\/[0-9.]{1,24}a[pt]/.test(agent)) return "android";
  if (/android|dalvik|; adr [0-9]/.test(agent)) return "android";
  if (/windows|win(?:98|95|nt|32|64)/.test(agent)) return "windows";
  if (/macintosh|mac os x|mac_powerpc|macos|darwin/.test(agent)) return "macos";
  return /linux|x11; (?:ubuntu|fedora|cros)|ubuntu|cros /.test(agent) ? "linux" : "other";
}
