import { createHash, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES, type IdKind, isId } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { CASHIER_SEEN_EVERY_MS } from "#lib/base/till-limits.ts";
import { addMs, MINUTE_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import { recordAudit, recordRepeated } from "#lib/storage/operations/audit-log.ts";
import {
  type CashierSession,
  endCashierSession,
  findCashierSession,
  findPin,
  insertCashierSession,
  listCashiersAt,
  noteCashierSeen,
  placeDetail,
  type TillCashier,
} from "#lib/storage/tills/cashier-sessions.ts";
import { type BoundTill, bindTillDevice, findBoundTill, unbindTillDevice } from "#lib/storage/tills/till-devices.ts";
import { createLockout, type Tried } from "./admin-lockout.ts";
import type { Passwords } from "./admin-password.ts";
import type { SecretBox } from "./api-keys.ts";

// A device becomes a till by a sealed cookie; at it cashiers sign in by a PIN. PIN and cookie open nothing without each other.

export interface TillSignInDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly passwords: Passwords;
  /** Seals the device's cookie. */
  readonly cookieBox: SecretBox;
}

interface TillDeviceWish {
  readonly tillId: string;
  /** The browser, for people to recognise the device by. */
  readonly label: string;
  /** For the audit log. */
  readonly by: string;
}

interface PinEntry {
  readonly at: BoundTill;
  readonly cashierId: string;
  readonly pin: string;
}

export interface TillSignIn {
  /**
   * Makes this device the till, in place of the one that was it.
   * @returns the cookie's value. @throws AppError `not_found` when the till is not in use
   */
  bind(wish: TillDeviceWish): Promise<Secret<string>>;
  /** @returns false when no device was the till */
  unbind(wish: Omit<TillDeviceWish, "label">): Promise<boolean>;
  /** The till that the device with this cookie is. */
  deviceOf(cookie: string | undefined): Promise<BoundTill | null>;
  /** Who may sign in there, by name. */
  cashiersAt(at: BoundTill): Promise<TillCashier[]>;
  /**
   * Signs a cashier in, in place of who was at the till, and opens a shift where none is open.
   * @returns the session cookie's value; null when the PIN is wrong. @throws AppError `rate_limited` in a pause
   */
  signIn(entry: PinEntry): Promise<Secret<string> | null>;
  /** The session of this cookie at this device, while it is valid. */
  find(token: string | undefined, at: BoundTill): Promise<CashierSession | null>;
  /** The cashier did something: the till does not lock for a while. */
  touch(session: CashierSession): Promise<void>;
  signOut(session: CashierSession): Promise<void>;
}

/** A cashier as the audit log names them. */
export const cashierActor = ({ id, name }: Pick<TillCashier, "id" | "name">): string => `cashier:${name} (${id})`;

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;
const PLACE = { table: "cookie", column: "till", row: "device" } as const;

export function createTillSignIn(deps: TillSignInDeps): TillSignIn {
  const { pool, clock } = deps;
  return {
    bind: (wish) => bind(deps, wish),
    unbind({ tillId, by }) {
      const at = clock.now();
      return unbindTillDevice(pool, {
        tillId,
        by,
        at,
        entry: { actor: by, action: "till.unbind", subject: tillId, at },
      });
    },
    async deviceOf(cookie) {
      const deviceId = cookie === undefined ? null : openCookie(deps, cookie);
      return deviceId === null ? null : findBoundTill(pool, deviceId);
    },
    cashiersAt: ({ store }) => listCashiersAt(pool, store.id),
    signIn: (entry) => signIn(deps, entry),
    async find(token, { deviceId }) {
      if (token === undefined || !TOKEN_FORM.test(token)) return null;
      return findCashierSession(pool, { tokenHash: hashOf(token), deviceId, now: clock.now() });
    },
    async touch({ id, at, seenAt }) {
      const now = clock.now();
      if (now.getTime() - seenAt.getTime() < CASHIER_SEEN_EVERY_MS) return;
      await noteCashierSeen(pool, { id, seenAt: now, idleUntil: addMs(now, at.idleMinutes * MINUTE_MS) });
    },
    async signOut({ id, at, cashier }) {
      if (!(await endCashierSession(pool, id))) return;
      const entry = { actor: cashierActor(cashier), action: "cashier.signed_out", subject: at.till.id };
      await recordAudit(pool, { ...entry, detail: placeDetail(at), at: clock.now() });
    },
  };
}

const makeId = (kind: IdKind, now: Date): string => formatId(kind, now.getTime(), randomBytes(ID_RANDOM_BYTES));

async function bind(deps: TillSignInDeps, { tillId, label, by }: TillDeviceWish): Promise<Secret<string>> {
  const { pool, clock, cookieBox } = deps;
  const now = clock.now();
  const id = makeId("tillDevice", now);
  const device = { id, tillId, label: label.slice(0, 256), boundBy: by, boundAt: now };
  const entry = { actor: by, action: "till.bind", subject: tillId, at: now };
  if (!(await bindTillDevice(pool, { device, entry }))) throw new AppError("not_found", "there is no such till in use");
  return new Secret(Buffer.from(cookieBox.seal(id, PLACE)).toString("base64url"));
}

function openCookie({ cookieBox }: TillSignInDeps, cookie: string): string | null {
  try {
    const id = Buffer.from(cookieBox.open(Buffer.from(cookie, "base64url"), PLACE)).toString("utf8");
    return isId("tillDevice", id) ? id : null;
  } catch {
    return null; // Sealed by another key, or not sealed: treated as absent.
  }
}

async function signIn(deps: TillSignInDeps, { at, cashierId, pin }: PinEntry): Promise<Secret<string> | null> {
  const { pool, clock, passwords } = deps;
  const lockout = createLockout(deps);
  const tries: Tried[] = [
    { kind: "till", name: at.till.id },
    { kind: "cashier", name: cashierId.slice(0, 64) },
  ];
  const found = await findPin(pool, { storeId: at.store.id, cashierId });
  for (const tried of tries) {
    if (await lockout.countTry(tried)) await recordTry(deps, { at, found, action: "cashier.paused" });
  }
  // An unknown name takes as long as a wrong PIN.
  if (!(await passwords.isRight(pin, found?.pinHash ?? null)) || found === null) {
    await recordTry(deps, { at, found, action: "cashier.pin_wrong" });
    return null;
  }
  for (const tried of tries) await lockout.forgive(tried);
  const now = clock.now();
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const opened = await insertCashierSession(pool, {
    id: makeId("cashierSession", now),
    shiftId: makeId("shift", now),
    tokenHash: hashOf(token),
    at,
    cashierId: found.id,
    actor: cashierActor(found),
    pinHash: found.pinHash,
    now,
    idleUntil: addMs(now, at.idleMinutes * MINUTE_MS),
  });
  return opened ? new Secret(token) : null;
}

interface FailedTry {
  readonly at: BoundTill;
  readonly found: TillCashier | null;
  readonly action: "cashier.pin_wrong" | "cashier.paused";
}

function recordTry({ pool, clock }: TillSignInDeps, { at, found, action }: FailedTry): Promise<void> {
  const detail = { ...placeDetail(at), ...(found === null ? {} : { cashier: found.name }) };
  const subject = found?.id ?? at.till.id;
  const repeated = { topic: at.till.id, key: `${action}:${subject}` };
  return recordRepeated(pool, repeated, { actor: "sign-in", action, subject, detail, at: clock.now() });
}

/** 256 random bits need no slow hash; what is stored opens nothing. */
const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();
