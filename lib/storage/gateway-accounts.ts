import type pg from "pg";

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
 */
export async function activateAccount(
  client: pg.PoolClient,
  account: AccountRow | Pick<AccountRow, "id" | "sandbox">,
): Promise<Activation> {
  const fingerprint = "fingerprint" in account ? Buffer.from(account.fingerprint) : null;
  const { rows } = await client.query<{ id: string; sandbox: boolean; same: boolean; active: boolean }>(
    `select id, sandbox, status = 'active' as active, (id = $1 or fingerprint is not distinct from $2) as same
       from gateway_accounts where status = 'active' or id = $1 or fingerprint = $2`,
    [account.id, fingerprint],
  );
  const active = rows.find((row) => row.active);
  const known = rows.find(({ same }) => same);
  const accountId = known?.id ?? account.id;
  if (account.sandbox && active !== undefined && !active.sandbox) return { result: "ignored", accountId };
  if (active?.same) return { result: "unchanged", accountId };
  await client.query("update gateway_accounts set status = 'retired', retired_at = now() where status = 'active'");
  if (known !== undefined) {
    await client.query("update gateway_accounts set status = 'active', retired_at = null where id = $1", [known.id]);
  } else if ("sealed" in account) await insert(client, account);
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

/** Every account there is, the newest first; small and cheap enough to be asked every few seconds. */
export async function listAccounts(pool: Pick<pg.Pool, "query">): Promise<AccountState[]> {
  const { rows } = await pool.query<AccountState>(
    "select id, status = 'active' as active, sandbox from gateway_accounts order by created_at desc, id desc",
  );
  return rows;
}

/** Which WeChat Pay new trades go to. */
export type Mode = "real" | "sandbox" | "unconfigured";

export async function modeOf(pool: Pick<pg.Pool, "query">): Promise<Mode> {
  const active = (await listAccounts(pool)).find((account) => account.active);
  if (active === undefined) return "unconfigured";
  return active.sandbox ? "sandbox" : "real";
}

export async function readAccount(pool: Pick<pg.Pool, "query">, id: string): Promise<AccountRow | null> {
  const { rows } = await pool.query<AccountRow>(
    `select id, protocol, app_id as "appId", merchant_number as "merchantNumber", sandbox, sealed, fingerprint
       from gateway_accounts where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** What the shop is and how it looks. `brand` is as its configuration was checked. */
export interface MerchantRow {
  readonly name: string;
  readonly industry: string | null;
  readonly brand: { readonly name?: string; readonly logoUrl?: string; readonly color?: string } | null;
}

export async function readMerchant(pool: Pick<pg.Pool, "query">): Promise<MerchantRow> {
  const { rows } = await pool.query<MerchantRow>("select name, industry, brand from merchant");
  return rows[0] ?? { name: "", industry: null, brand: null };
}

export async function readMerchantName(pool: Pick<pg.Pool, "query">): Promise<string> {
  const { rows } = await pool.query<{ name: string }>("select name from merchant");
  return rows[0]?.name ?? "";
}
