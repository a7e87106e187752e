import { createHash } from "node:crypto";
import { RECOVERY_CODES } from "#lib/base/people-limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { replaceRecoveryCodes, spendRecoveryCode } from "#lib/storage/administration/recovery-codes.ts";
import { makePassword } from "./admin-password.ts";
import type { AdminSession, Visitor } from "./admin-sessions.ts";
import type { AdminDeps } from "./admin-users.ts";

/** Codes that stand in for a lost second factor, each once; how often somebody may try is the caller's affair (`checkSecret`). */
export interface AdminRecovery {
  /** Ten new ones, shown here and never again; the old ones end. @throws AppError `conflict` without a second factor */
  make(session: AdminSession): Promise<readonly Secret<string>[]>;
  /** Uses one up, and raises an alert. @returns false when it is none, or was used before */
  take(user: { id: string; email: string }, code: string, visitor: Visitor): Promise<boolean>;
}

/** Small letters, and hyphens or spaces wherever somebody puts them; the alphabet has but one capital, which no small letter is. */
const normal = (typed: string): string => typed.replace(/[\s-]/g, "").toLowerCase();

/** 80 random bits need no slow hash; with the person's id the same code of two people would not look the same. */
const hashOf = (userId: string, code: string): Buffer =>
  createHash("sha256")
    .update(`${userId}:${normal(code)}`)
    .digest();

export function createAdminRecovery({ pool, clock }: Omit<AdminDeps, "passwords">): AdminRecovery {
  return {
    async make({ user }) {
      const codes = Array.from({ length: RECOVERY_CODES }, () => makePassword().toLowerCase());
      const now = clock.now();
      await replaceRecoveryCodes(pool, {
        userId: user.id,
        hashes: codes.map((code) => hashOf(user.id, code)),
        now,
        entry: { actor: user.email, action: "recovery.make", subject: user.id, at: now },
      });
      return codes.map((code) => new Secret(code));
    },
    take({ id, email }, code, { address }) {
      const now = clock.now();
      const hash = hashOf(id, code);
      const detail = (left: number) => ({ email, address, left });
      return spendRecoveryCode(pool, {
        ...{ userId: id, hash, now },
        entryOf: (left) => ({ actor: email, action: "recovery.use", subject: id, detail: detail(left), at: now }),
        alertOf: (left) => ({
          ...{ kind: "recovery_code_used", cause: `recovery_code_used:${hash.toString("hex").slice(0, 24)}` },
          ...{ orderId: null, detail: detail(left), at: now },
        }),
      });
    },
  };
}
