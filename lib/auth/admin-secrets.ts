import { recordRepeated } from "#lib/storage/operations/audit-log.ts";
import type { DeviceOwner, Devices } from "./admin-devices.ts";
import type { Lockout, Tried } from "./admin-lockout.ts";
import type { Visitor } from "./admin-sessions.ts";
import type { AdminDeps } from "./admin-users.ts";

// Every step that asks for a password or a code goes through here, so that the pause belongs to the secret and not to the
// page: wrong tries on any page count together, and each leaves its trace in the audit log.

export interface SecretDeps extends Omit<AdminDeps, "passwords"> {
  readonly lockout: Lockout;
  readonly devices: Devices;
}

/** The owner of the secret. */
export interface Person extends DeviceOwner {
  readonly email: string;
}

export interface Guess {
  readonly secret: "password" | "code" | "passkey" | "recovery";
  /** Whether the person is signed in already, or wants to be. */
  readonly at: "sign_in" | "account";
  /** null: no one has this name. */
  readonly person: Person | null;
  /** The name that was given. */
  readonly name: string;
  readonly visitor: Visitor;
}

/**
 * Checks a secret and counts the try.
 * @param check gives null when the secret is wrong
 * @throws AppError `rate_limited` in a pause, in which nothing is checked
 */
export async function checkSecret<Result>(
  deps: SecretDeps,
  guess: Guess,
  check: () => Promise<Result | null>,
): Promise<Result | null> {
  const tries = triesOf(deps, guess);
  for (const tried of tries) {
    if (await deps.lockout.countTry(tried)) await recordPause(deps, guess, tried);
  }
  const result = await check();
  if (result === null) await recordFailure(deps, guess);
  else for (const tried of tries) await deps.lockout.forgive(tried);
  return result;
}

/** A device that signed in before counts by itself: neither its account's pause nor its address's concerns it. */
function triesOf({ devices }: SecretDeps, { secret, at, person, name, visitor }: Guess): Tried[] {
  const device = person === null ? null : devices.find(visitor.device, person);
  if (device !== null) return [{ kind: "device", name: `${device}:${secret}` }];
  // Whose passkey it is, nobody but its holder can say: somebody else's tries must not keep them out.
  if (secret === "passkey" && at === "sign_in") return [{ kind: "address", name: visitor.address }];
  if (secret !== "password") return [{ kind: "code", name: person?.id ?? name }];
  const account: Tried = { kind: "account", name };
  return at === "sign_in" ? [{ kind: "address", name: visitor.address }, account] : [account];
}

const topicOf = (person: Person | null): string => person?.id ?? "strangers";

const ACTIONS = {
  sign_in: {
    password: "admin.sign_in_failed",
    code: "admin.code_failed",
    passkey: "admin.passkey_failed",
    recovery: "admin.recovery_failed",
  },
  account: {
    password: "user.password_wrong",
    code: "user.code_wrong",
    passkey: "user.passkey_wrong",
    recovery: "user.recovery_wrong",
  },
} as const;

/** An unknown name is not recorded: people type their password into the wrong field. */
function recordFailure({ pool, clock }: SecretDeps, { secret, at, person, visitor }: Guess): Promise<void> {
  const action = ACTIONS[at][secret];
  const repeated = { topic: topicOf(person), key: `${action}:${visitor.address}` };
  return recordRepeated(pool, repeated, {
    actor: at === "account" && person !== null ? person.email : "sign-in",
    action,
    subject: person?.id ?? null,
    detail: { address: visitor.address, ...(person === null ? {} : { email: person.email }) },
    at: clock.now(),
  });
}

function recordPause({ pool, clock }: SecretDeps, { person, visitor }: Guess, tried: Tried): Promise<void> {
  const { address } = visitor;
  const subject =
    tried.kind === "address" ? `address:${address}` : `${tried.kind}:${person?.email ?? "no account of this name"}`;
  const repeated = { topic: topicOf(person), key: `admin.paused:${subject}:${address}` };
  return recordRepeated(pool, repeated, {
    actor: "sign-in",
    action: "admin.paused",
    subject,
    detail: { address },
    at: clock.now(),
  });
}
