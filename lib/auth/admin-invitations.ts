import { createHash, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { ADMIN_USERS_MAX } from "#lib/base/limits.ts";
import { INVITATION_KEPT_MS, INVITATION_LIFE_MS, RESET_LINK_LIFE_MS } from "#lib/base/people-limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { addMs } from "#lib/base/time.ts";
import {
  acceptInvitation,
  findInvitation,
  type InvitationRow,
  insertInvitation,
  insertReset,
  listInvitations,
  type NewInvitation,
  revokeInvitation,
} from "#lib/storage/administration/invitations.ts";
import { takeJoinChallenge } from "#lib/storage/administration/passkeys.ts";
import { beginCreation, checkPasskeyName, type PasskeyDeps, passkeyRow, wrongPasskey } from "./admin-passkeys.ts";
import { checkNewPassword } from "./admin-password.ts";
import type { Role } from "./admin-roles.ts";
import { type Cookies, makeSession, type Visitor } from "./admin-sessions.ts";
import { type AdminDeps, checkPersonName, normalEmail } from "./admin-users.ts";
import { type CreationOptions, verifyCreation } from "./passkey-ceremony.ts";

/** The owner who makes or ends a link. */
interface Inviter {
  readonly id: string;
  readonly email: string;
}

/** A link that was made: what its address ends with is shown once and never again. */
export interface MadeLink {
  readonly email: string;
  readonly token: Secret<string>;
  readonly expiresAt: Date;
}

export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  /** Somebody who is there already, and lost the password or the second factor. */
  readonly isReset: boolean;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What the page of a link says. */
export interface SeenInvitation extends Omit<OpenInvitation, "id"> {
  readonly state: "open" | "used" | "revoked" | "expired";
  readonly personName: string | null;
  /** null: the command line. */
  readonly inviter: string | null;
}

export interface AdminInvitations {
  /** @throws AppError `conflict` when the address is a user's already */
  invite(invitation: { email: string; role: Role; by: Inviter }): Promise<MadeLink>;
  /**
   * Takes somebody's password and second factor away, ends all their sessions, and gives a link to choose anew.
   * @throws AppError `not_found`; `conflict` for oneself, or where no owner could sign in any more
   */
  reset(reset: { userId: string; by: Inviter }): Promise<MadeLink>;
  /** Those that still open something. */
  list(): Promise<OpenInvitation[]>;
  /** @throws AppError `not_found` when it is not open */
  revoke(revocation: { id: string; by: Inviter }): Promise<void>;
  /** null: no link ends like this. */
  find(token: string): Promise<SeenInvitation | null>;
  /** For a passkey in place of a password. @returns null when the link is not open any more */
  beginPasskey(token: string): Promise<CreationOptions | null>;
  /**
   * Uses the link up and signs in.
   * @returns null when the link is not open any more
   * @throws AppError `invalid_request` at path `name`, `password` or `passkey`
   */
  accept(acceptance: LinkAcceptance): Promise<Cookies | null>;
}

interface LinkAcceptance {
  readonly token: string;
  readonly name: string;
  readonly way: { readonly password: string } | { readonly passkey: string; readonly passkeyName: string };
  readonly visitor: Visitor;
}

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits need no slow hash; what is stored opens nothing. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

type InvitationDeps = AdminDeps & PasskeyDeps;

export function createAdminInvitations(deps: InvitationDeps): AdminInvitations {
  const { pool, clock } = deps;
  return {
    async invite({ email: typed, role, by }) {
      const email = normalEmail(typed);
      const { row, token } = makeLink({ email, role, by, lifeMs: INVITATION_LIFE_MS }, clock.now());
      await insertInvitation(pool, {
        invitation: row,
        max: ADMIN_USERS_MAX,
        keptSince: addMs(row.createdAt, -INVITATION_KEPT_MS),
        entry: { actor: by.email, action: "user.invite", subject: row.id, detail: { email, role }, at: row.createdAt },
      });
      return { email, token, expiresAt: row.expiresAt };
    },
    reset: (reset) => resetPerson(deps, reset),
    list: async () => (await listInvitations(pool, clock.now())).map(toOpen),
    revoke: ({ id, by }) =>
      revokeInvitation(pool, {
        id,
        now: clock.now(),
        entryOf: (email) => ({
          actor: by.email,
          action: "user.invite_revoked",
          subject: id,
          detail: { email },
          at: clock.now(),
        }),
      }),
    async find(token) {
      const found = TOKEN_FORM.test(token) ? await findInvitation(pool, hashOf(token)) : null;
      if (found === null) return null;
      const { id: _, ...seen } = toOpen(found.invitation);
      return {
        ...seen,
        state: stateOf(found.invitation, clock.now()),
        personName: found.personName,
        inviter: found.inviter,
      };
    },
    async beginPasskey(token) {
      const open = await findOpen(deps, token);
      if (open === null) return null;
      const { id: askedBy, userId, email } = open.invitation;
      const holder = { id: userId ?? newPersonId(clock.now()), email, name: open.personName };
      return beginCreation(deps, { purpose: "join", holder, askedBy });
    },
    accept: (acceptance) => accept(deps, acceptance),
  };
}

interface LinkWish {
  readonly email: string;
  readonly role: string;
  readonly by: Inviter;
  readonly lifeMs: number;
}

function makeLink({ email, role, by, lifeMs }: LinkWish, now: Date): { row: NewInvitation; token: Secret<string> } {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const row = {
    id: formatId("adminInvitation", now.getTime(), randomBytes(ID_RANDOM_BYTES)),
    tokenHash: hashOf(token),
    email,
    role,
    createdById: by.id,
    createdAt: now,
    expiresAt: addMs(now, lifeMs),
  };
  return { row, token: new Secret(token) };
}

async function resetPerson(
  { pool, clock }: AdminDeps,
  { userId, by }: { userId: string; by: Inviter },
): Promise<MadeLink> {
  if (userId === by.id) throw new AppError("conflict", "another owner resets an owner; alone, the command line does");
  const now = clock.now();
  let made: MadeLink | null = null;
  await insertReset(pool, {
    userId,
    entry: { actor: by.email, action: "user.reset_link", subject: userId, at: now },
    make(email, role) {
      const { row, token } = makeLink({ email, role, by, lifeMs: RESET_LINK_LIFE_MS }, now);
      made = { email, token, expiresAt: row.expiresAt };
      return row;
    },
  });
  if (made === null) throw new AppError("not_found", "there is no such user");
  return made;
}

const toOpen = ({ id, userId, email, role, createdAt, expiresAt }: InvitationRow): OpenInvitation => ({
  id,
  email,
  role: role as Role,
  isReset: userId !== null,
  createdAt,
  expiresAt,
});

function stateOf({ usedAt, revokedAt, expiresAt }: InvitationRow, now: Date): SeenInvitation["state"] {
  if (usedAt !== null) return "used";
  if (revokedAt !== null) return "revoked";
  return expiresAt <= now ? "expired" : "open";
}

const newPersonId = (now: Date): string => formatId("adminUser", now.getTime(), randomBytes(ID_RANDOM_BYTES));

async function findOpen({ pool, clock }: InvitationDeps, token: string) {
  const seen = TOKEN_FORM.test(token) ? await findInvitation(pool, hashOf(token)) : null;
  return seen === null || stateOf(seen.invitation, clock.now()) !== "open" ? null : seen;
}

async function accept(
  deps: InvitationDeps,
  { token: given, name: typed, way, visitor }: LinkAcceptance,
): Promise<Cookies | null> {
  const { pool, clock, devices } = deps;
  // Hashing is slow on purpose: nobody has it done without an open link.
  const open = await findOpen(deps, given);
  if (open === null) return null;
  const name = checkPersonName(typed);
  const { passwordHash, passkey, newId } =
    "password" in way
      ? await choosePassword(deps, way.password, open.invitation)
      : await choosePasskey(deps, way, open.invitation);
  const now = clock.now();
  let token: Secret<string> | null = null;
  const accepted = await acceptInvitation(pool, {
    ...{ tokenHash: hashOf(given), now, newId, name, passwordHash, passkey },
    sessionOf(userId) {
      const made = makeSession({ userId, awaitsCode: false, visitor, confirmedAt: now }, now);
      token = made.token;
      return made.row;
    },
    entryOf: ({ id, email, isNew }) => ({
      actor: email,
      action: isNew ? "user.joined" : "user.reset_used",
      subject: id,
      detail: { address: visitor.address },
      at: now,
    }),
  });
  if (accepted === null || token === null) return null;
  return { token, device: devices.remember(visitor.device, { id: accepted.userId, passwordHash }) };
}

/** @throws AppError `invalid_request` at path `password` */
async function choosePassword({ passwords, clock }: InvitationDeps, password: string, { email }: InvitationRow) {
  await checkNewPassword(password, email);
  return { passwordHash: await passwords.hash(password), passkey: null, newId: newPersonId(clock.now()) };
}

/** @throws AppError `invalid_request` at path `passkey` */
async function choosePasskey(
  deps: InvitationDeps,
  { passkey: response, passkeyName }: { readonly passkey: string; readonly passkeyName: string },
  { id: askedBy, userId }: InvitationRow,
) {
  const { pool, clock, site } = deps;
  const name = checkPasskeyName(passkeyName);
  // The authenticator keeps the id that it was told, so the person gets that very one.
  let holder: string | null = null;
  const made = await verifyCreation(site, response, async (hash) => {
    holder = await takeJoinChallenge(pool, { hash, askedBy, now: clock.now() });
    return holder !== null;
  });
  if (made === null || holder === null || (userId !== null && holder !== userId)) throw wrongPasskey();
  return {
    passwordHash: null,
    passkey: (id: string) => passkeyRow(deps, { made, name, userId: id }),
    newId: holder as string,
  };
}
