import { SECOND_MS } from "#lib/base/time.ts";

const LOOK_EVERY_MS = 2 * SECOND_MS;

export interface LauncherTold {
  readonly accounts: { active(): Promise<{ readonly sandbox: boolean } | null> };
  /** Absent where no launcher started this process. */
  readonly send: ((message: { readonly mode: "real" }) => unknown) | undefined;
  readonly everyMs?: number;
}

/** Says once that real credentials are in force, so that the launcher ends the sandbox: they never stand side by side. */
export function tellLauncher({ accounts, send, everyMs = LOOK_EVERY_MS }: LauncherTold): { stop(): void } {
  const look = async () => {
    const active = await accounts.active();
    if (active === null || active.sandbox) return;
    clearInterval(looking);
    send?.({ mode: "real" });
  };
  // While the database is away nothing is said; the next look finds it.
  const looking = setInterval(() => void look().catch(() => {}), everyMs).unref();
  return { stop: () => clearInterval(looking) };
}
