import { generateSecret, generateURI, verifySync } from "otplib";
import { AppError } from "#lib/base/app-error.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import type { AdminDeps } from "./admin-users.ts";
import type { SealBinding, SecretBox } from "./api-keys.ts";

/** The second factor; how often somebody may try is the caller's affair (`checkSecret`). Codes of an authenticator (RFC 6238), each good once. */
export interface AdminTotp {
  /** A secret that is kept but not asked for before `confirm`; asking again gives the same one. */
  begin(userId: string): Promise<{ secret: string; uri: string }>;
  /** Switches it on. @returns false when the code is wrong */
  confirm(userId: string, code: string): Promise<boolean>;
  /** Whether the code is the person's and was not taken before. */
  take(userId: string, code: string): Promise<boolean>;
  /** Switches it off. @returns false when the code is wrong */
  remove(userId: string, code: string): Promise<boolean>;
}

/** A phone's clock may be this far off. */
const TOLERANCE_S = 30;
const CODE_FORM = /^\d{6}$/;

interface Row {
  email: string;
  totp_secret: Buffer | null;
  totp_enabled_at: Date | null;
  totp_last_step: string | null;
}

const placeOf = (userId: string): SealBinding => ({ table: "admin_users", column: "totp_secret", row: userId });

export function createAdminTotp(deps: AdminDeps & { readonly box: SecretBox }): AdminTotp {
  const { pool, box, clock } = deps;
  const stepOf = (userId: string, row: Row, code: string): number | null => {
    const digits = code.replace(/\s/g, "");
    if (row.totp_secret === null || !CODE_FORM.test(digits)) return null;
    const secret = Buffer.from(box.open(row.totp_secret, placeOf(userId))).toString("utf8");
    const found = verifySync({
      secret,
      token: digits,
      epoch: Math.floor(clock.now().getTime() / SECOND_MS),
      epochTolerance: TOLERANCE_S,
      ...(row.totp_last_step === null ? {} : { afterTimeStep: Number(row.totp_last_step) }),
    });
    return found.valid && "timeStep" in found ? found.timeStep : null;
  };
  /** Looks at the code and uses it up, one after the other for each person; `sql` does what it allows. */
  const spend = (userId: string, code: string, then: { sql: string; action: string | null }): Promise<boolean> =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<Row>(
        "select email, totp_secret, totp_enabled_at, totp_last_step from admin_users where id = $1 for update",
        [userId],
      );
      const row = rows[0];
      const step = row === undefined ? null : stepOf(userId, row, code);
      if (row === undefined || step === null) return false;
      const now = clock.now();
      await client.query("update admin_users set totp_last_step = $2 where id = $1", [userId, step]);
      if (then.sql !== "") await client.query(then.sql, [userId, now]);
      if (then.action !== null) {
        await recordAudit(client, { actor: row.email, action: then.action, subject: userId, at: now });
      }
      return true;
    });
  return {
    begin: (userId) => beginTotp(deps, userId),
    confirm(userId, code) {
      const sql = "update admin_users set totp_enabled_at = coalesce(totp_enabled_at, $2) where id = $1";
      return spend(userId, code, { sql, action: "user.totp_on" });
    },
    take: (userId, code) => spend(userId, code, { sql: "", action: null }),
    remove(userId, code) {
      const sql = `update admin_users set totp_secret = null, totp_enabled_at = null, totp_last_step = null
        where id = $1 and $2::timestamptz is not null`;
      return spend(userId, code, { sql, action: "user.totp_off" });
    },
  };
}

async function beginTotp({ pool, box }: AdminDeps & { readonly box: SecretBox }, userId: string) {
  const fresh = Buffer.from(box.seal(generateSecret(), placeOf(userId)));
  const { rows } = await pool.query<Row>(
    `update admin_users set totp_secret = coalesce(totp_secret, $2) where id = $1 and totp_enabled_at is null
     returning email, totp_secret, totp_enabled_at, totp_last_step`,
    [userId, fresh],
  );
  const { email, totp_secret: sealed = null } = rows[0] ?? {};
  if (sealed === null || email === undefined) throw new AppError("conflict", "the second factor is on already");
  const secret = Buffer.from(box.open(sealed, placeOf(userId))).toString("utf8");
  return { secret, uri: generateURI({ issuer: "Lingfu", label: email, secret }) };
}
