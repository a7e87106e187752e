import type { Os } from "./agent-types.ts";

/** @param agent lower-cased and bounded in length */
export function readOs(agent: string): Os {
  if (/harmony|arkweb/.test(agent)) return "harmony";
  if (/windows phone|iemobile|wpdesktop|xbox/.test(agent)) return "other";
  if (/iphone|ipad|ipod|\(ios;|cpu os [0-9]/.test(agent)) return "ios";
  if (/android|dalvik|; adr [0-9]/.test(agent)) return "android";
  if (/windows|win(?:98|95|nt|32|64)/.test(agent)) return "windows";
  if (/macintosh|mac os x|mac_powerpc|macos/.test(agent)) return "macos";
  return /linux|x11; (?:ubuntu|fedora|cros)|ubuntu|cros /.test(agent) ? "linux" : "other";
}
