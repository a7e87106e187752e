import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { RETIRED_ACCOUNT_NOTICES_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { logoPath, type ShopLook, USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { changeTellerOf } from "../changed-orders.ts";
import type { Queryable } from "../client.ts";
import { inTransaction, run, statement, viaPrisma } from "../transaction.ts";
import { readLook } from "./shop-looks.ts";

/** Told to the hub of every process once accounts or settings have changed. */
export const CONFIGURATION_TOPIC = "configuration:changed";

export interface AccountRow {
  readonly id: string;
  readonly protocol: "v3" | "v2";
  readonly appId: string;
  readonly merchantNumber: string;
  readonly sandbox: boolean;
  readonly sealed: Uint8Array;
  readonly fingerprint: Uint8Array;
}

/** What is known of an account without opening it. */
export interface AccountState {
  readonly id: string;
  readonly active: boolean;
  readonly sandbox: boolean;
  /** Whether a notice that its keys verify counts: not after its end, not once it was revoked, and not of a sandbox while there is a real account. */
  readonly isBelieved: boolean;
}

/** An account that was replaced, as people see it. */
export interface RetiredAccount {
  readonly id: string;
  readonly protocol: "v3" | "v2";
  readonly appId: string;
  readonly merchantNumber: string;
  readonly sandbox: boolean;
  readonly retiredAt: Date;
  /** Null while payments of it are open: its end is some days after the last one. */
  readonly noticesUntil: Date | null;
  readonly revokedAt: Date | null;
  readonly openAttempts: number;
}

/** What the merchant is called and what the pay page says of the shop. What is null stays as it is. */
export interface MerchantSettings {
  readonly merchantName: string | null;
  readonly profile: { readonly industry: string | null; readonly brand: object | null };
}

/** `ignored`: a sandbox's account never takes the place of a real one. */
export interface Activation {
  readonly result: "added" | "activated" | "unchanged" | "ignored";
  readonly accountId: string;
}

/**
 * Makes the account the active one. The one before is retired: never changed, never deleted, since its notices still come.
 * @param account a new one, which is known again by its fingerprint, or the id of one that we hold
 * @throws AppError `conflict` when the account was revoked
 */
export async function activateAccount(
  client: pg.PoolClient,
  account: AccountRow | Pick<AccountRow, "id" | "sandbox">,
): Promise<Activation> {
  // Stays SQL: row lock. All of this happens under the lock of an import, which every start may make.
  const fingerprint = "fingerprint" in account ? Buffer.from(account.fingerprint) : null;
  const { rows } = await client.query<{
    id: string;
    sandbox: boolean;
    same: boolean;
    active: boolean;
    revoked: boolean;
  }>(
    `select id, sandbox, status = 'active' as active, revoked_at is not null as revoked, (id = $1 or fingerprint is not distinct from $2) as same
       from gateway_accounts where status = 'active' or id = $1 or fingerprint = $2`,
    [account.id, fingerprint],
  );
  const active = rows.find((row) => row.active);
  const known = rows.find(({ same }) => same);
  const accountId = known?.id ?? account.id;
  if (account.sandbox && active !== undefined && !active.sandbox) return { result: "ignored", accountId };
  if (active?.same) return { result: "unchanged", accountId };
  if (known?.revoked) {
    throw new AppError("conflict", "these credentials were revoked; WeChat Pay's merchant platform gives new ones");
  }
  await client.query("update gateway_accounts set status = 'retired', retired_at = now() where status = 'active'");
  await endRetiredAccounts(client, addMs(new Date(), RETIRED_ACCOUNT_NOTICES_MS));
  if (known !== undefined) {
    await client.query(
      "update gateway_accounts set status = 'active', retired_at = null, notices_until = null where id = $1",
      [known.id],
    );
  } else if ("sealed" in account) await insert(client, account);
  if (active?.sandbox && !account.sandbox) await endSandbox(client);
  await client.query(
    `insert into audit_log (actor, action, subject, detail)
     values ('configuration', 'gateway_account.activated', $1, jsonb_build_object('instead_of', $2::text, 'sandbox', $3::boolean))`,
    [accountId, active?.id ?? null, account.sandbox],
  );
  return { result: known === undefined ? "added" : "activated", accountId };
}

export async function settleMerchant(
  client: pg.PoolClient,
  { merchantName, profile }: MerchantSettings,
): Promise<void> {
  if (merchantName !== null) await nameMerchant(client, merchantName);
  await describeMerchant(client, profile);
}

async function nameMerchant(client: pg.PoolClient, name: string): Promise<void> {
  await client.query("update merchant set name = $1, updated_at = now() where name <> $1", [name]);
}

async function describeMerchant(
  client: pg.PoolClient,
  { industry, brand }: MerchantSettings["profile"],
): Promise<void> {
  const given = brand === null ? null : JSON.stringify(brand);
  await client.query(
    `update merchant set industry = coalesce($1, industry), brand = coalesce($2, brand), updated_at = now()
      where (coalesce($1, industry), coalesce($2, brand)) is distinct from (industry, brand)`,
    [industry, given],
  );
}

async function insert(client: pg.PoolClient, account: AccountRow): Promise<void> {
  await client.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      account.id,
      account.protocol,
      account.appId,
      account.merchantNumber,
      account.sandbox,
      Buffer.from(account.sealed),
      Buffer.from(account.fingerprint),
    ],
  );
}

// Stays SQL: hot path. Payments ask it every few seconds.
/** Every account there is, the newest first; small and cheap enough to be asked every few seconds. */
export async function listAccounts(pool: Queryable): Promise<AccountState[]> {
  const { rows } = await pool.query<AccountState>(
    `select id, status = 'active' as active, sandbox,
            status = 'active'
              or (revoked_at is null and (notices_until is null or notices_until > now())
                  and not (sandbox and exists (select from gateway_accounts where status = 'active' and not sandbox)))
              as "isBelieved"
       from gateway_accounts order by created_at desc, id desc`,
  );
  return rows;
}

/** Replaced accounts, the newest first. */
export function listRetiredAccounts(pool: pg.Pool): Promise<RetiredAccount[]> {
  return viaPrisma(pool, async (prisma) => {
    const accounts = await prisma.gatewayAccount.findMany({
      where: { status: "retired" },
      omit: { sealed: true, fingerprint: true },
      orderBy: [{ retiredAt: "desc" }, { id: "desc" }],
    });
    const open = await prisma.paymentAttempt.groupBy({
      by: ["accountId"],
      where: { accountId: { in: accounts.map(({ id }) => id) }, status: { in: ["opening", "waiting"] } },
      _count: true,
    });
    return accounts.map(({ id, appId, merchantNumber, sandbox, noticesUntil, revokedAt, ...account }) => ({
      id,
      protocol: account.protocol as RetiredAccount["protocol"],
      appId,
      merchantNumber,
      sandbox,
      retiredAt: account.retiredAt ?? account.createdAt,
      noticesUntil,
      revokedAt,
      openAttempts: open.find(({ accountId }) => accountId === id)?._count ?? 0,
    }));
  });
}

/** Gives every replaced account without open payments its end. @returns how many got one */
// Stays SQL: one statement for several tables.
export async function endRetiredAccounts(pool: Queryable, until: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `update gateway_accounts g set notices_until = $1
      where g.status = 'retired' and g.notices_until is null and g.revoked_at is null
        and not exists (select from payment_attempts a where a.account_id = g.id and a.status in ('opening', 'waiting'))`,
    [until],
  );
  return rowCount ?? 0;
}

/**
 * Ends a replaced account now: no notice that its keys verify counts any more, and it is never active again. Its open
 * payments are asked about.
 * @returns false when it was revoked before
 * @throws AppError `not_found`; `conflict` for the account in use
 */
export async function revokeAccount(pool: pg.Pool, { id, actor }: { id: string; actor: string }): Promise<boolean> {
  const isRevoked = await inTransaction(pool, async (client) => {
    // Stays SQL: row lock.
    const { rows } = await client.query<{ status: string; revoked: boolean }>(
      "select status, revoked_at is not null as revoked from gateway_accounts where id = $1 for update",
      [id],
    );
    if (rows[0] === undefined) throw new AppError("not_found", `there is no account ${id}`);
    if (rows[0].status === "active") {
      throw new AppError("conflict", "this account is in use; import a configuration with new keys first");
    }
    if (rows[0].revoked) return false;
    await client.query("update gateway_accounts set revoked_at = now() where id = $1", [id]);
    await client.query(
      "update payment_attempts set check_at = now() where account_id = $1 and status in ('opening', 'waiting')",
      [id],
    );
    await client.query("insert into audit_log (actor, action, subject) values ($1, 'gateway_account.revoked', $2)", [
      actor,
      id,
    ]);
    return true;
  });
  if (isRevoked) changeTellerOf(pool).tell(CONFIGURATION_TOPIC);
  return isRevoked;
}

/**
 * Real money begins: orders of the sandbox are closed and no longer notified. No event is made of it, so that no
 * shop ships what was paid for in play.
 */
// Stays SQL: row lock, and one statement for several tables.
const CLOSE_SANDBOX_ORDERS = statement("close_sandbox_orders")`
  with closed as (
    update orders set status = 'closed', closed_at = now(), check_at = null, version = version + 1
     where id = any($1) returning id
  ), given_back as (
    update promotion_uses set state = 'returned', settled_at = now()
     where order_id in (select id from closed) and state = 'reserved'
  ) select id as changed_topic from closed`;

async function endSandbox(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select o.id from orders o
      where o.status = 'pending'
        and not exists (select from payment_attempts a join gateway_accounts g on g.id = a.account_id
                         where a.order_id = o.id and not g.sandbox)
      order by o.id for update`,
  );
  const ids = rows.map(({ id }) => id);
  await client.query(
    `update payment_attempts set status = 'closed', check_at = null, ended_at = now(), failure = 'the sandbox has ended'
      where order_id = any($1) and status in ('opening', 'waiting')`,
    [ids],
  );
  await run(client, CLOSE_SANDBOX_ORDERS, [ids]);
  await client.query("update gateway_accounts set notices_until = now() where sandbox and status = 'retired'");
  await client.query("update trade_checks set check_at = null, result = 'unanswered' where check_at is not null");
  await client.query("update foreign_refunds set check_at = null where check_at is not null");
  await client.query(
    `update webhook_deliveries set status = 'given_up', check_at = null, ended_at = now(), last_error = 'the sandbox has ended'
      where status = 'pending'`,
  );
}

/** Which WeChat Pay new trades go to. */
export type Mode = "real" | "sandbox" | "unconfigured";

export async function modeOf(pool: Queryable): Promise<Mode> {
  const active = (await listAccounts(pool)).find((account) => account.active);
  if (active === undefined) return "unconfigured";
  return active.sandbox ? "sandbox" : "real";
}

// Stays SQL: hot path. Every process opens its accounts before the first payment.
export async function readAccount(pool: Queryable, id: string): Promise<AccountRow | null> {
  const { rows } = await pool.query<AccountRow>(
    `select id, protocol, app_id as "appId", merchant_number as "merchantNumber", sandbox, sealed, fingerprint
       from gateway_accounts where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** What the shop is and how it shows itself: what was set in the dashboard, over what the configuration says. */
export interface MerchantRow {
  readonly name: string;
  readonly industry: string | null;
  readonly brand: { readonly name?: string; readonly logoUrl?: string; readonly color?: string } | null;
  readonly look: ShopLook;
}

// Stays SQL: hot path. The pay page shows it.
export async function readMerchant(pool: Queryable): Promise<MerchantRow> {
  const { rows } = await pool.query<Omit<MerchantRow, "look"> & { look: unknown; logoHash: string | null }>(
    `select m.name, m.industry, m.brand, l.look, l.logo_hash as "logoHash" from merchant m
       left join (select look, logo_hash from shop_looks order by version desc limit 1) l on true`,
  );
  const [row] = rows;
  if (row === undefined) return { name: "", industry: null, brand: null, look: USUAL_LOOK };
  const look = row.look === null ? USUAL_LOOK : readLook(row.look);
  const own = {
    ...(look.name === "" ? {} : { name: look.name }),
    ...(look.color === "" ? {} : { color: look.color }),
    ...(row.logoHash === null ? {} : { logoUrl: logoPath(row.logoHash) }),
  };
  const brand = row.brand === null && Object.keys(own).length === 0 ? null : { ...row.brand, ...own };
  return { name: look.name || row.name, industry: row.industry, brand, look };
}

// Stays SQL: hot path, as above.
export async function readMerchantName(pool: Queryable): Promise<string> {
  const { rows } = await pool.query<{ name: string }>("select name from merchant");
  return rows[0]?.name ?? "";
}

/** WeChat's number of the merchant whose account is in use; null without one. */
export const readMerchantNumber = (pool: pg.Pool): Promise<string | null> =>
  viaPrisma(pool, async (prisma) => {
    const account = await prisma.gatewayAccount.findFirst({
      where: { status: "active" },
      select: { merchantNumber: true },
    });
    return account?.merchantNumber ?? null;
  });
