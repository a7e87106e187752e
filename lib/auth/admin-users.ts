import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { ADMIN_USERS_MAX } from "#lib/base/limits.ts";
import { PERSON_NAME_CHARS_MAX } from "#lib/base/people-limits.ts";
import { Secret } from "#lib/base/secret.ts";
import {
  insertPerson,
  listPeople,
  type PersonRow,
  resetPerson,
  setPersonDisabled,
  setPersonName,
  setPersonRole,
} from "#lib/storage/administration/people.ts";
import type { Database } from "#lib/storage/client.ts";
import { makePassword, type Passwords } from "./admin-password.ts";
import type { Role } from "./admin-roles.ts";

export interface AdminDeps {
  readonly pool: Database["pool"];
  readonly passwords: Passwords;
  readonly clock: Clock;
}

export interface AdminUser {
  readonly id: string;
  readonly email: string;
  /** null: never given. */
  readonly name: string | null;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  /** A reset took every way to sign in, and its link was not used yet. */
  readonly awaitsReset: boolean;
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
}

/** What one person does to another, or to themselves; `actor` is for the audit log. */
interface UserChange {
  readonly userId: string;
  readonly actor: string;
}

export interface AdminUsers {
  /** @returns a first password, shown once and to be changed. @throws AppError `conflict` when the address is taken */
  create(user: { email: string; role: Role; actor: string }): Promise<{ id: string; password: Secret<string> }>;
  list(): Promise<AdminUser[]>;
  /** @throws AppError `not_found`; `conflict` where no owner would be left */
  setRole(change: UserChange & { role: Role }): Promise<void>;
  /** What the person is called from now on. @throws AppError `invalid_request` at path `name` */
  setName(change: UserChange & { name: string }): Promise<void>;
  /** Ends all sessions of who is shut out. @throws as `setRole` */
  setDisabled(change: UserChange & { disabled: boolean }): Promise<void>;
  /** A new first password; ends all sessions, takes away the second factor, lifts a pause. @throws AppError `not_found` */
  reset(change: UserChange): Promise<Secret<string>>;
}

export const normalEmail = (text: string): string => text.trim().toLowerCase();

/** @throws AppError `invalid_request` at path `name` */
export function checkPersonName(text: string): string {
  const name = text.normalize("NFC").trim().replace(/\s+/gu, " ");
  const length = [...name].length;
  if (length >= 1 && length <= PERSON_NAME_CHARS_MAX && !/\p{Cc}/u.test(name)) return name;
  throw new AppError("invalid_request", `a name has 1 to ${PERSON_NAME_CHARS_MAX} characters`, {
    errors: [{ path: "name", message: `a name has 1 to ${PERSON_NAME_CHARS_MAX} characters` }],
  });
}

export function createAdminUsers(deps: AdminDeps): AdminUsers {
  const { pool, clock, passwords } = deps;
  return {
    create: (user) => createUser(deps, user),
    list: async () => (await listPeople(pool)).map(toAdminUser),
    setRole: ({ userId: id, actor, role }) =>
      setPersonRole(pool, {
        id,
        role,
        entry: { actor, action: "user.role", subject: id, detail: { role }, at: clock.now() },
      }),
    async setName({ userId: id, actor, name: typed }) {
      const name = checkPersonName(typed);
      await setPersonName(pool, { id, name, entry: { actor, action: "user.name", subject: id, at: clock.now() } });
    },
    setDisabled({ userId: id, actor, disabled }) {
      const at = clock.now();
      const action = disabled ? "user.disable" : "user.enable";
      return setPersonDisabled(pool, {
        id,
        disabledAt: disabled ? at : null,
        entry: { actor, action, subject: id, at },
      });
    },
    async reset({ userId: id, actor }) {
      const password = makePassword();
      const passwordHash = await passwords.hash(password);
      const entry = { actor, action: "user.reset", subject: id, at: clock.now() };
      await resetPerson(pool, { id, passwordHash, entry });
      return new Secret(password);
    },
  };
}

async function createUser({ pool, clock, passwords }: AdminDeps, user: { email: string; role: Role; actor: string }) {
  const email = normalEmail(user.email);
  const password = makePassword();
  const passwordHash = await passwords.hash(password);
  const now = clock.now();
  const id = formatId("adminUser", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  const { role, actor } = user;
  const isNew = await insertPerson(pool, {
    person: { id, email, role, passwordHash, createdAt: now },
    max: ADMIN_USERS_MAX,
    entry: { actor, action: "user.create", subject: id, detail: { email, role }, at: now },
  });
  if (!isNew) throw new AppError("conflict", `${email} is a user already, or there are ${ADMIN_USERS_MAX}`);
  return { id, password: new Secret(password) };
}

const toAdminUser = ({
  id,
  email,
  name,
  role,
  passwordHash,
  passkeys,
  recoveryCodesLeft,
  mustChangePassword,
  totpEnabledAt,
  createdAt,
  disabledAt,
}: PersonRow): AdminUser => ({
  id,
  email,
  name,
  role: role as Role,
  awaitsReset: passwordHash === null && passkeys === 0,
  hasPassword: passwordHash !== null,
  passkeys,
  recoveryCodesLeft,
  mustChangePassword,
  hasTotp: totpEnabledAt !== null,
  createdAt,
  disabledAt,
});
