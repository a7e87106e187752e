import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import { changeTellerOf } from "../changed-orders.ts";
import type { Queryable } from "../client.ts";
import { inTransaction, viaPrisma } from "../transaction.ts";
import { type ConfigFields, type FieldChange, fieldChanges } from "./config-fields.ts";
import {
  type AccountRow,
  activateAccount,
  CONFIGURATION_TOPIC,
  type MerchantSettings,
  settleMerchant,
} from "./gateway-accounts.ts";

/** Where a version came from. `before`: it was active when versions began. */
type ConfigSource = "file" | "command_line" | "dashboard" | "rollback" | "sandbox" | "before";

export interface ConfigAuthor {
  readonly source: ConfigSource;
  /** The address of mail of a person, or the name of a part of the product. */
  readonly actor: string;
  /** The file it came from, or its name where it was uploaded. */
  readonly origin: string | null;
  /** Keyed digest of the file as it was read. */
  readonly fileMark: Uint8Array | null;
}

/** What is no secret and not the account's. */
export interface ConfigSettings extends MerchantSettings {
  /** What becomes of money that settles no order. */
  readonly extraMoney: { readonly kind: "manual" } | { readonly kind: "automatic"; readonly delayS: number };
}

export interface ConfigDraft extends ConfigAuthor {
  readonly account: AccountRow;
  readonly settings: ConfigSettings;
  readonly fields: ConfigFields;
}

/** `ignored`: a sandbox never takes the place of a real account. `changed`: the same account with other settings. */
export type ImportResult = "added" | "activated" | "changed" | "unchanged" | "ignored";

export interface Imported {
  readonly result: ImportResult;
  /** The active version. */
  readonly version: number;
}

export interface ConfigVersion {
  readonly version: number;
  readonly source: ConfigSource;
  readonly actor: string;
  readonly origin: string | null;
  readonly accountId: string;
  readonly sandbox: boolean;
  readonly settings: ConfigSettings;
  readonly fields: ConfigFields;
  /** What differed from the version before. */
  readonly changes: readonly FieldChange[];
  readonly rolledBackTo: number | null;
  readonly at: Date;
}

// Any number of our own, so that two processes that see the same new file import it one after the other.
const IMPORT_LOCK = 71_001;
const COLUMNS = `version, source, actor, origin, account_id as "accountId", sandbox, settings, fields, changes,
  rolled_back_to as "rolledBackTo", created_at as at`;

/** Activates the configuration as a version of its own; an active one changes nothing. */
export function importConfiguration(pool: pg.Pool, draft: ConfigDraft): Promise<Imported> {
  return changing(pool, async (client, latest) => {
    const { account, settings, fields } = draft;
    const activated = await activateAccount(client, account);
    if (activated.result === "ignored") return { result: "ignored", version: latest?.version ?? 0 };
    const changes = fieldChanges(latest?.fields ?? {}, fields);
    if (activated.result === "unchanged" && latest !== null && changes.length === 0) {
      return { result: "unchanged", version: latest.version };
    }
    await settleMerchant(client, settings);
    const { accountId } = activated;
    const version = await insert(client, { ...draft, accountId, changes, latest, sandbox: account.sandbox });
    return { result: activated.result === "unchanged" ? "changed" : activated.result, version };
  });
}

/**
 * Activates an earlier version again, as a new one.
 * @throws AppError `not_found`; `conflict` where it is a sandbox's and real credentials are active
 */
export function rollBackConfiguration(
  pool: pg.Pool,
  { to, actor }: { readonly to: number; readonly actor: string },
): Promise<Imported> {
  return changing(pool, async (client, latest) => {
    const { rows } = await client.query<ConfigVersion & { account: AccountRow }>(
      `select ${COLUMNS} from config_versions where version = $1`,
      [to],
    );
    const target = rows[0];
    if (target === undefined || latest === null) throw new AppError("not_found", `there is no version ${to}`);
    const changes = fieldChanges(latest.fields, target.fields);
    if (changes.length === 0 && latest.accountId === target.accountId) {
      return { result: "unchanged", version: latest.version };
    }
    const { result } = await activateAccount(client, { id: target.accountId, sandbox: target.sandbox });
    if (result === "ignored") {
      throw new AppError("conflict", "that version is the sandbox's, and real credentials are in force");
    }
    await settleMerchant(client, target.settings);
    const author = { source: "rollback", actor, origin: null, fileMark: null, rolledBackTo: to } as const;
    const version = await insert(client, { ...target, ...author, changes, latest });
    return { result: result === "unchanged" ? "changed" : "activated", version };
  });
}

/** One change after the other; every process hears of it once it is committed. */
async function changing(
  pool: pg.Pool,
  work: (client: pg.PoolClient, latest: ConfigVersion | null) => Promise<Imported>,
): Promise<Imported> {
  const imported = await inTransaction(pool, async (client) => {
    // Stays SQL: row lock. What `work` does belongs to the lock, and every start may import.
    await client.query("select pg_advisory_xact_lock($1)", [IMPORT_LOCK]);
    return work(client, await latestConfigVersion(client));
  });
  if (!["ignored", "unchanged"].includes(imported.result)) changeTellerOf(pool).tell(CONFIGURATION_TOPIC);
  return imported;
}

interface NewVersion extends ConfigAuthor {
  readonly accountId: string;
  readonly sandbox: boolean;
  readonly settings: ConfigSettings;
  readonly fields: ConfigFields;
  readonly changes: readonly FieldChange[];
  readonly rolledBackTo?: number | null;
  readonly latest: ConfigVersion | null;
}

async function insert(client: pg.PoolClient, draft: NewVersion): Promise<number> {
  const version = (draft.latest?.version ?? 0) + 1;
  const { settings, fields, changes, rolledBackTo = null, fileMark } = draft;
  const json = [settings, fields, changes].map((each) => JSON.stringify(each));
  await client.query(
    `insert into config_versions (version, source, actor, origin, account_id, sandbox, settings, fields, changes, file_mark, rolled_back_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[version, draft.source, draft.actor, draft.origin, draft.accountId, draft.sandbox, ...json],
      ...[fileMark && Buffer.from(fileMark), rolledBackTo],
    ],
  );
  const detail = { version, source: draft.source, sandbox: draft.sandbox, rolledBackTo };
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, 'config.version', $2, $3)", [
    draft.actor,
    draft.accountId,
    JSON.stringify(detail),
  ]);
  return version;
}

export interface VersionFilter {
  /** Number of the last one of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/** Newest first. */
export function listConfigVersions(pool: pg.Pool, { before, limit }: VersionFilter): Promise<ConfigVersion[]> {
  return viaPrisma(pool, async (prisma) => {
    const where = before === undefined ? {} : { version: { lt: before } };
    return (await prisma.configVersion.findMany({ where, orderBy: { version: "desc" }, take: limit })).map(toVersion);
  });
}

export function readConfigVersion(pool: pg.Pool, version: number): Promise<ConfigVersion | null> {
  return viaPrisma(pool, async (prisma) => {
    const row = await prisma.configVersion.findUnique({ where: { version } });
    return row === null ? null : toVersion(row);
  });
}

const toVersion = ({ createdAt: at, fileMark: _, settings, fields, changes, source, ...row }: VersionRow) => ({
  ...row,
  source: source as ConfigSource,
  settings: settings as unknown as ConfigSettings,
  fields: fields as unknown as ConfigFields,
  changes: changes as unknown as readonly FieldChange[],
  at,
});
type VersionRow = Prisma.ConfigVersionGetPayload<object>;

/** The active one. */
export async function latestConfigVersion(on: Queryable): Promise<ConfigVersion | null> {
  // Stays SQL: hot path. Every process asks it at its start and every few seconds.
  const sql = `select ${COLUMNS} from config_versions order by version desc limit 1`;
  return (await on.query<ConfigVersion>(sql)).rows[0] ?? null;
}
