import type { Clock } from "#lib/base/clock.ts";
import { type EpayDeps, keyPlace, newEpayKey } from "#lib/epay/epay.ts";
import type { Pool } from "#lib/storage/client.ts";
import { disableEpayAccount, insertEpayAccount, replaceEpayKey } from "#lib/storage/epay/epay-accounts.ts";

export interface EpayAccountsDeps {
  readonly pool: Pool;
  readonly box: EpayDeps["box"] & { seal(text: string, place: ReturnType<typeof keyPlace>): Uint8Array };
  readonly clock: Clock;
  /** Writes down outside of the database what has ended, so that a restore does not bring it back. */
  readonly keepEnded: () => Promise<void>;
}

/** Who may use the epay door: the pids and their keys. A key is shown once, and one that was ended never works again. */
export interface EpayAccounts {
  create(account: { readonly name: string; readonly mayRefund: boolean }, actor: string): Promise<NewEpayKey>;
  /** From the next call on; what was paid is still told. @returns false when there is no such account */
  disable(pid: string, actor: string): Promise<boolean>;
  /** A new key, which also takes an account that was ended into use again. @returns null when there is no such account */
  replaceKey(pid: string, actor: string): Promise<NewEpayKey | null>;
}

interface NewEpayKey {
  readonly pid: string;
  readonly key: string;
}

export function createEpayAccounts({ pool, box, clock, keepEnded }: EpayAccountsDeps): EpayAccounts {
  const doing = (actor: string) => ({ actor, at: clock.now() });
  return {
    async create(account, actor) {
      const key = newEpayKey();
      const seal = (pid: string) => box.seal(key, keyPlace(pid));
      return { pid: await insertEpayAccount(pool, { ...account, seal }, doing(actor)), key };
    },
    disable: (pid, actor) => disableEpayAccount(pool, pid, doing(actor)).finally(keepEnded),
    async replaceKey(pid, actor) {
      const key = newEpayKey();
      const keySealed = box.seal(key, keyPlace(pid));
      const isThere = await replaceEpayKey(pool, { pid, keySealed }, doing(actor)).finally(keepEnded);
      return isThere ? { pid, key } : null;
    },
  };
}
