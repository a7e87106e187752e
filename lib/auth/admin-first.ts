import { randomBytes } from "node:crypto";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { findFirstPerson, insertFirstOwner } from "#lib/storage/administration/people.ts";
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
const placeOf = (userId: string): SealBinding => ({ table: "admin_users", column: "first_password", row: userId });

/** Creates the first owner if there is no user yet, and returns the first sign-in until its password is changed. */
export async function firstSignIn(
  deps: AdminDeps & { readonly box: SecretBox },
  wish: FirstWish,
): Promise<FirstSignIn | null> {
  const { pool, box } = deps;
  const oldest = await findFirstPerson(pool);
  if (oldest === null) return makeOwner(deps, wish);
  if (!oldest.isFirst) return null;
  const sealed = oldest.sealedPassword;
  const password =
    sealed === null ? null : new Secret(Buffer.from(box.open(sealed, placeOf(oldest.id))).toString("utf8"));
  return { email: oldest.email, password };
}

async function makeOwner(deps: AdminDeps & { readonly box: SecretBox }, wish: FirstWish): Promise<FirstSignIn | null> {
  const { pool, box, clock } = deps;
  const email = normalEmail(wish.email ?? EMAIL);
  const password = wish.password?.reveal() ?? makePassword();
  const passwordHash = await deps.passwords.hash(password);
  const now = clock.now();
  const id = formatId("adminUser", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  const sealed = wish.password === null ? box.seal(password, placeOf(id)) : null;
  const made = await insertFirstOwner(pool, {
    owner: { id, email, passwordHash, sealed, createdAt: now },
    entry: { actor: "first start", action: "user.create", subject: id, detail: { email, role: "owner" }, at: now },
  });
  if (!made) return firstSignIn(deps, wish);
  return { email, password: sealed === null ? null : new Secret(password) };
}
