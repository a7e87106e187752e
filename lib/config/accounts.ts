import type { AccountCredentials } from "#lib/base/account-credentials.ts";
import { coalesce } from "#lib/base/coalesce.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Pool } from "#lib/storage/client.ts";
import {
  type AccountRow,
  type AccountState,
  listAccounts,
  readAccount,
} from "#lib/storage/configuration/gateway-accounts.ts";
import type { SealedCredentials } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

/** The credentials that the adapters use, with the account's settings that only the configuration needs. */
export type ConfiguredAccount = AccountCredentials & {
  readonly sandbox: boolean;
  /** null: WeChat's own two hosts. */
  readonly oauthBase: string | null;
  readonly appSecret: Secret<string> | null;
};

/** All stored accounts, answered from memory; a change by any process is told by the hub, and seen within five seconds in any case. */
export interface Accounts {
  active(): Promise<ConfiguredAccount | null>;
  /** Includes retired ones, whose notices still arrive. The active one is first. */
  all(): Promise<readonly ConfiguredAccount[]>;
  /** Those whose notices are accepted: without ended and revoked ones. */
  believed(): Promise<readonly ConfiguredAccount[]>;
  byId(accountId: string): Promise<ConfiguredAccount | null>;
  /** Reads again now. */
  refresh(): Promise<void>;
}

export interface AccountsOptions {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly log: { error(event: string, fields?: Record<string, unknown>): void };
  /** How long an answer may come from memory. */
  readonly freshMs?: number;
}

const FRESH_MS = 5_000;

export function createAccounts({ pool, box, log, freshMs = FRESH_MS }: AccountsOptions): Accounts {
  const opened = new Map<string, ConfiguredAccount>();
  let states: readonly AccountState[] | null = null;
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    try {
      const listed = await listAccounts(pool);
      for (const { id } of listed) if (!opened.has(id)) await openOne(id);
      states = listed;
    } catch (cause) {
      // While the database is unreachable the last answer is used; the keys of an account do not change.
      if (states === null) throw cause;
      log.error("accounts.unreadable", { cause });
    } finally {
      readAt = performance.now();
    }
  }

  async function openOne(id: string): Promise<void> {
    const row = await readAccount(pool, id);
    if (row === null) return;
    try {
      opened.set(id, openAccount(row, box));
    } catch (cause) {
      log.error("account.unreadable", { accountId: id, cause });
    }
  }

  const share = coalesce(read);
  const refresh = () => share("accounts");

  async function current(): Promise<readonly AccountState[]> {
    if (states === null || performance.now() - readAt >= freshMs) await refresh();
    return states ?? [];
  }

  const known = ({ id }: AccountState): ConfiguredAccount[] => {
    const account = opened.get(id);
    return account === undefined ? [] : [account];
  };
  return {
    refresh,
    async active() {
      return (await current()).filter(({ active }) => active).flatMap(known)[0] ?? null;
    },
    async all() {
      return [...(await current())].sort((a, b) => Number(b.active) - Number(a.active)).flatMap(known);
    },
    async believed() {
      return [...(await current())]
        .filter(({ isBelieved }) => isBelieved)
        .sort((a, b) => Number(b.active) - Number(a.active))
        .flatMap(known);
    },
    async byId(accountId) {
      if (!(await current()).some(({ id }) => id === accountId) || !opened.has(accountId)) await refresh();
      return opened.get(accountId) ?? null;
    },
  };
}

export const sealOf = (accountId: string) => ({ table: "gateway_accounts", column: "sealed", row: accountId });

const secret = (text: string | null): Secret<string> | null => (text === null ? null : new Secret(text));

function openAccount(row: AccountRow, box: SealedBox): ConfiguredAccount {
  const kept = JSON.parse(box.openText(row.sealed, sealOf(row.id))) as SealedCredentials;
  const common = {
    id: row.id,
    version: row.id,
    sandbox: row.sandbox,
    appId: kept.appId,
    merchantNumber: kept.merchantNumber,
    notifyUrl: kept.notifyUrl,
    apiBase: kept.apiBase,
    oauthBase: kept.oauthBase,
    appSecret: secret(kept.appSecret),
    apiCaPem: kept.apiCaPem ?? null,
  };
  const v2 = kept.v2 && { ...kept.v2, apiKey: new Secret(kept.v2.apiKey), keyPem: secret(kept.v2.keyPem) };
  if (kept.v3 !== null) return { ...common, ...openV3(kept.v3), v2 };
  if (v2 === null) throw new Error("the account holds no credentials");
  return { ...common, protocol: "v2", v2 };
}

const openV3 = (kept: NonNullable<SealedCredentials["v3"]>) => ({
  protocol: "v3" as const,
  apiV3Key: new Secret(kept.apiV3Key),
  serialNo: kept.serialNo,
  privateKeyPem: new Secret(kept.privateKeyPem),
  publicKeyId: kept.publicKeyId ?? undefined,
  publicKeyPem: kept.publicKeyPem ?? undefined,
});
