import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { PASSKEY_CHALLENGE_LIFE_MS, PASSKEY_NAME_CHARS_MAX, PASSKEYS_PER_PERSON_MAX } from "#lib/base/people-limits.ts";
import { addMs } from "#lib/base/time.ts";
import {
  type ChallengeKey,
  deletePasskey,
  findPasskey,
  insertChallenge,
  insertPasskey,
  listPasskeys,
  type NewPasskey,
  notePasskeyUsed,
  renamePasskey,
  takeChallenge,
} from "#lib/storage/administration/passkeys.ts";
import { checkSecret, type Guess, type Person, type SecretDeps } from "./admin-secrets.ts";
import type { AdminSession, Visitor } from "./admin-sessions.ts";
import {
  type CreationOptions,
  creationOptions,
  credentialIdOf,
  type MadeCredential,
  makeChallenge,
  type RequestOptions,
  requestOptions,
  verifyCreation,
  verifyRequest,
} from "./passkey-ceremony.ts";
import type { PasskeySite } from "./passkey-site.ts";

export interface ListedPasskey {
  readonly id: string;
  readonly name: string;
  /** Kept by the phone's or the computer's account, and so on its other devices too. */
  readonly isSynced: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  /** Made for another address of this shop, where browsers offered it; or suspended, since there may be a copy. */
  readonly state: "usable" | "elsewhere" | "suspended";
}

/** What somebody with a session does to a passkey of their own. */
interface OwnChange {
  readonly session: AdminSession;
  readonly id: string;
}

/** An answer of a browser, as JSON. */
interface BrowserAnswer {
  readonly response: string;
  readonly visitor: Visitor;
}

export interface AdminPasskeys {
  readonly site: PasskeySite;
  list(userId: string): Promise<ListedPasskey[]>;
  /** What the browser is asked for a new one. @throws AppError `conflict` where this address allows none */
  beginRegistration(session: AdminSession): Promise<CreationOptions>;
  /** @throws AppError `invalid_request` at path `name` or `passkey`; `conflict` when there are too many, or it is known */
  register(made: { session: AdminSession; response: string; name: string }): Promise<void>;
  /** @throws AppError `not_found`; `invalid_request` at path `name` */
  rename(change: OwnChange & { name: string }): Promise<void>;
  /** @throws AppError `not_found`; `conflict` when it is all that the person can sign in with */
  remove(change: OwnChange): Promise<void>;
  /** For the sign-in by a passkey alone. */
  beginSignIn(): Promise<RequestOptions>;
  /** For the second step, or to show a factor once more: this person's passkeys only. */
  begin(purpose: "second_factor" | "confirm", session: AdminSession): Promise<RequestOptions>;
  /** @returns the person, where the passkey is right. @throws AppError `rate_limited` */
  signIn(answer: BrowserAnswer): Promise<Person | null>;
  /** @throws as `signIn` */
  isRight(purpose: "second_factor" | "confirm", answer: BrowserAnswer & { session: AdminSession }): Promise<boolean>;
}

export interface PasskeyDeps extends SecretDeps {
  readonly site: PasskeySite;
}

export function createAdminPasskeys(deps: PasskeyDeps): AdminPasskeys {
  const { pool, clock, site } = deps;
  const about = ({ user }: AdminSession, action: string, detail = {}) => ({
    ...{ actor: user.email, subject: user.id, at: clock.now() },
    ...{ action, detail },
  });
  return {
    site,
    async list(userId) {
      return (await listPasskeys(pool, userId)).map((passkey) => toListed(passkey, site));
    },
    beginRegistration: ({ id: askedBy, user }) => beginCreation(deps, { purpose: "register", holder: user, askedBy }),
    register: (made) => register(deps, made),
    rename: ({ session, id, name: typed }) => {
      const name = checkPasskeyName(typed);
      return renamePasskey(pool, {
        id,
        userId: session.user.id,
        name,
        entry: about(session, "passkey.rename", { name }),
      });
    },
    remove: ({ session, id }) =>
      deletePasskey(pool, { id, userId: session.user.id, entry: about(session, "passkey.remove") }),
    async beginSignIn() {
      const challenge = await ask(deps, { purpose: "sign_in", userId: null, askedBy: null });
      return requestOptions(site, { challenge, allowed: null });
    },
    async begin(purpose, { id: askedBy, user: { id: userId } }) {
      const allowed = (await listPasskeys(pool, userId)).filter(({ rpId }) => rpId === site.rpId);
      const challenge = await ask(deps, { purpose, userId, askedBy });
      return requestOptions(site, { challenge, allowed });
    },
    signIn: (answer) => checkAnswer(deps, answer, { purpose: "sign_in", userId: null, askedBy: null }),
    async isRight(purpose, { session, ...answer }) {
      const key = { purpose, userId: session.user.id, askedBy: session.id };
      return (await checkAnswer(deps, answer, key)) !== null;
    },
  };
}

type PasskeyRow = Awaited<ReturnType<typeof listPasskeys>>[number];

const toListed = (
  { id, name, isSynced, createdAt, lastUsedAt, suspendedAt, rpId }: PasskeyRow,
  site: PasskeySite,
): ListedPasskey => ({
  ...{ id, name, isSynced, createdAt, lastUsedAt },
  state: suspendedAt !== null ? "suspended" : rpId === site.rpId ? "usable" : "elsewhere",
});

/** @throws AppError `conflict` where no browser would do it at this address */
async function ask({ pool, clock, site }: PasskeyDeps, key: Omit<ChallengeKey, "hash">) {
  if (site.problem !== null) throw new AppError("conflict", `passkeys do not work at ${site.origin}`);
  const { challenge, hash } = makeChallenge();
  const now = clock.now();
  await insertChallenge(pool, { ...key, hash, now, expiresAt: addMs(now, PASSKEY_CHALLENGE_LIFE_MS) });
  return challenge;
}

export interface PasskeyWish {
  readonly purpose: "register" | "join";
  /** Whose it becomes. */
  readonly holder: { readonly id: string; readonly email: string; readonly name: string | null };
  readonly askedBy: string;
}

/** @throws AppError `conflict` where no browser would do it at this address */
export async function beginCreation(
  deps: PasskeyDeps,
  { purpose, holder, askedBy }: PasskeyWish,
): Promise<CreationOptions> {
  const present = await listPasskeys(deps.pool, holder.id);
  const challenge = await ask(deps, { purpose, userId: holder.id, askedBy });
  return creationOptions(deps.site, { challenge, holder, present });
}

async function register(
  deps: PasskeyDeps,
  { session, response, name: typed }: Parameters<AdminPasskeys["register"]>[0],
): Promise<void> {
  const { pool, clock, site } = deps;
  const { id: askedBy, user } = session;
  const name = checkPasskeyName(typed);
  const key = { purpose: "register", userId: user.id, askedBy } as const;
  const made = await verifyCreation(site, response, (hash) => takeChallenge(pool, { ...key, hash, now: clock.now() }));
  if (made === null) throw wrongPasskey();
  await insertPasskey(pool, {
    passkey: passkeyRow(deps, { made, name, userId: user.id }),
    max: PASSKEYS_PER_PERSON_MAX,
    entry: { actor: user.email, action: "passkey.add", subject: user.id, detail: { name }, at: clock.now() },
  });
}

export const wrongPasskey = (): AppError =>
  new AppError("invalid_request", "the passkey's answer is wrong or too old", {
    errors: [{ path: "passkey", message: "the answer is wrong or too old" }],
  });

export function passkeyRow(
  { clock, site }: Pick<PasskeyDeps, "clock" | "site">,
  { made, name, userId }: { readonly made: MadeCredential; readonly name: string; readonly userId: string },
): NewPasskey {
  const now = clock.now();
  const id = formatId("adminPasskey", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  return { id, userId, ...made, rpId: site.rpId, name, createdAt: now };
}

/** @throws AppError `invalid_request` at path `name` */
export function checkPasskeyName(text: string): string {
  const name = text.normalize("NFC").trim().replace(/\s+/gu, " ");
  const length = [...name].length;
  if (length >= 1 && length <= PASSKEY_NAME_CHARS_MAX && !/\p{Cc}/u.test(name)) return name;
  throw new AppError("invalid_request", `a passkey's name has 1 to ${PASSKEY_NAME_CHARS_MAX} characters`, {
    errors: [{ path: "name", message: `it has 1 to ${PASSKEY_NAME_CHARS_MAX} characters` }],
  });
}

/** Counts the try, checks the answer and its counter. @returns whose passkey it is; null when it is wrong */
async function checkAnswer(
  deps: PasskeyDeps,
  { response: text, visitor }: BrowserAnswer,
  key: Omit<ChallengeKey, "hash">,
): Promise<Person | null> {
  const { pool, clock, site } = deps;
  const credentialId = credentialIdOf(text);
  const found = credentialId === null ? null : await findPasskey(pool, credentialId);
  const person = found?.user ?? null;
  const at = key.purpose === "confirm" ? "account" : "sign_in";
  const guess: Guess = { secret: "passkey", at, person, name: key.userId ?? "", visitor };
  return checkSecret(deps, guess, async () => {
    const isTheirs = key.userId === null || key.userId === person?.id;
    if (found === null || person === null || !isTheirs) return null;
    const take = (hash: Uint8Array) => takeChallenge(pool, { ...key, hash, now: clock.now() });
    const signed = await verifyRequest(site, { text, passkey: found }, take);
    if (signed === null || found.suspendedAt !== null || person.disabledAt !== null) return null;
    const now = clock.now();
    const detail = { email: person.email, name: found.name };
    const isUsed = await notePasskeyUsed(pool, {
      ...{ id: found.id, ...signed, now },
      copied: {
        entry: { actor: person.email, action: "passkey.suspended", subject: person.id, detail, at: now },
        alert: { kind: "passkey_suspended", cause: `passkey_suspended:${found.id}`, orderId: null, detail, at: now },
      },
    });
    return isUsed ? { id: person.id, email: person.email, passwordHash: person.passwordHash } : null;
  });
}
