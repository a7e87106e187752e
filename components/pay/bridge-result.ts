/** Said on the document when WeChat's cashier has answered; see bridge-script.ts, which says it. */
export const BRIDGE_EVENT = "lingfu:bridge";

declare global {
  interface Window {
    lingfuBridge?: string | null;
    /** The page's own scripts are at work; see watch-script.ts. */
    lingfuLive?: boolean;
  }
}

/** The cashier's last answer, once: `ok`, `cancel` or anything else for a failure. */
export function takeBridgeResult(): string | null {
  const result = window.lingfuBridge ?? null;
  window.lingfuBridge = null;
  return result;
}
