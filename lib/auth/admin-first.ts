import { randomBytes } from "node:crypto";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import { makePassword } from "./admin-password.ts";
import { type AdminDeps, normalEmail } from "./admin-users.ts";
import type { SealBinding, SecretBox } from "./api-keys.ts";

/** What the start prints: nothing any more once the password was changed. */
export interface FirstSignIn {
  readonly email: string;
  /** null where the operator chose it. */
  readonly password: Secret<string> | null;
}

export interface FirstWish {
  readonly email: string | null;
  readonly password: Secret<string> | null;
}

const EMAIL = "owner@lingfu.local";
// Two starts at the same moment make one owner.
const FIRST_LOCK = 71_020;

const placeOf = (userId: string): SealBinding => ({ table: "admin_users", column: "first_password", row: userId });

/** Makes the first owner where there is nobody yet, and tells the first sign-in until its password was changed. */
export async function firstSignIn(
  deps: AdminDeps & { readonly box: SecretBox },
  wish: FirstWish,
): Promise<FirstSignIn | null> {
  const { pool, box } = deps;
  const { rows } = await pool.query<{ id: string; email: string; first: boolean; first_password: Buffer | null }>(
    `select id, email, first_password, must_change_password and role = 'owner' as first
       from admin_users order by created_at, id limit 1`,
  );
  const oldest = rows[0];
  if (oldest === undefined) return makeOwner(deps, wish);
  if (!oldest.first) return null;
  const sealed = oldest.first_password;
  const password =
    sealed === null ? null : new Secret(Buffer.from(box.open(sealed, placeOf(oldest.id))).toString("utf8"));
  return { email: oldest.email, password };
}

async function makeOwner(deps: AdminDeps & { readonly box: SecretBox }, wish: FirstWish): Promise<FirstSignIn | null> {
  const { pool, box, clock } = deps;
  const email = normalEmail(wish.email ?? EMAIL);
  const password = wish.password?.reveal() ?? makePassword();
  const hash = await deps.passwords.hash(password);
  const now = clock.now();
  const id = formatId("adminUser", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  const sealed = wish.password === null ? Buffer.from(box.seal(password, placeOf(id))) : null;
  const made = await inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock($1)", [FIRST_LOCK]);
    const { rowCount } = await client.query(
      `insert into admin_users (id, email, role, password_hash, must_change_password, first_password, created_at)
       select $1, $2, 'owner', $3, true, $4, $5 where not exists (select from admin_users)`,
      [id, email, hash, sealed, now],
    );
    if (rowCount === 0) return false;
    await recordAudit(client, {
      actor: "first start",
      action: "user.create",
      subject: id,
      detail: { email, role: "owner" },
      at: now,
    });
    return true;
  });
  if (!made) return firstSignIn(deps, wish);
  return { email, password: sealed === null ? null : new Secret(password) };
}
