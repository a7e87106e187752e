import { generateSecret, generateURI, verifySync } from "otplib";
import { AppError } from "#lib/base/app-error.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { beginTotp, spendTotpCode, type TotpSpending, type TotpState } from "#lib/storage/administration/people.ts";
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

const placeOf = (userId: string): SealBinding => ({ table: "admin_users", column: "totp_secret", row: userId });

export function createAdminTotp(deps: AdminDeps & { readonly box: SecretBox }): AdminTotp {
  const { pool, box, clock } = deps;
  const stepOf = (userId: string, { secret: sealed, lastStep }: TotpState, code: string): number | null => {
    const digits = code.replace(/\s/g, "");
    if (sealed === null || !CODE_FORM.test(digits)) return null;
    const secret = Buffer.from(box.open(sealed, placeOf(userId))).toString("utf8");
    const found = verifySync({
      secret,
      token: digits,
      epoch: Math.floor(clock.now().getTime() / SECOND_MS),
      epochTolerance: TOLERANCE_S,
      ...(lastStep === null ? {} : { afterTimeStep: lastStep }),
    });
    return found.valid && "timeStep" in found ? found.timeStep : null;
  };
  const spend = (id: string, code: string, then: TotpSpending["then"]): Promise<boolean> =>
    spendTotpCode(pool, { id, now: clock.now(), then, check: (state) => stepOf(id, state, code) });
  return {
    begin: (userId) => begin(deps, userId),
    confirm: (userId, code) => spend(userId, code, "enable"),
    take: (userId, code) => spend(userId, code, "take"),
    remove: (userId, code) => spend(userId, code, "remove"),
  };
}

async function begin({ pool, box }: AdminDeps & { readonly box: SecretBox }, userId: string) {
  const kept = await beginTotp(pool, { id: userId, fresh: box.seal(generateSecret(), placeOf(userId)) });
  if (kept === null) throw new AppError("conflict", "the second factor is on already");
  const secret = Buffer.from(box.open(kept.secret, placeOf(userId))).toString("utf8");
  return { secret, uri: generateURI({ issuer: "Lingfu", label: kept.email, secret }) };
}
