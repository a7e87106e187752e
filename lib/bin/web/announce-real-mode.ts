import { SECOND_MS } from "#lib/base/time.ts";

const LOOK_EVERY_MS = 2 * SECOND_MS;

export interface RealModeOptions {
  readonly accounts: { active(): Promise<{ readonly sandbox: boolean } | null> };
  /** Undefined if no launcher started this process. */
  readonly send: ((message: { readonly mode: "real" }) => unknown) | undefined;
  readonly everyMs?: number;
}

/** Tells the launcher once that real credentials are active, so that it ends the sandbox: the two never run together. */
export function announceRealMode({ accounts, send, everyMs = LOOK_EVERY_MS }: RealModeOptions): { stop(): void } {
  const look = async () => {
    const active = await accounts.active();
    if (active === null || active.sandbox) return;
    clearInterval(looking);
    send?.({ mode: "real" });
  };
  // While the database is unreachable nothing is sent; the next look finds it.
  const looking = setInterval(() => void look().catch(() => {}), everyMs).unref();
  return { stop: () => clearInterval(looking) };
}
