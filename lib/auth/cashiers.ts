import { randomBytes, randomInt } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { CASHIERS_MAX } from "#lib/base/till-limits.ts";
import {
  type CashierChange,
  type CashierFields,
  changeCashier,
  insertCashier,
  listCashiers,
  setCashierInUse,
  setCashierPin,
} from "#lib/storage/tills/cashiers.ts";
import type { AdminDeps } from "./admin-users.ts";
import { pinTrouble } from "./cashier-pin.ts";

// What the owner does to cashiers. `by` is for the audit log; a PIN is in no entry and no log.

interface CashierWish {
  readonly fields: CashierFields;
  readonly by: string;
}

interface ExistingCashier {
  readonly id: string;
  readonly by: string;
}

/** A PIN as the owner typed it; empty: one is made. */
type TypedPin = string;

const MADE_DIGITS = 6;

/** Made at random, and none that everyone tries first. */
function makePin(): string {
  for (;;) {
    const pin = String(randomInt(10 ** MADE_DIGITS)).padStart(MADE_DIGITS, "0");
    if (pinTrouble(pin) === null) return pin;
  }
}

/** @throws AppError `invalid_request` with one word at path `pin`: `form`, `weak` */
function chosenPin(typed: TypedPin): string {
  if (typed === "") return makePin();
  const trouble = pinTrouble(typed);
  if (trouble === null) return typed;
  throw new AppError("invalid_request", "the PIN will not do", { errors: [{ path: "pin", message: trouble }] });
}

export interface MadePin {
  readonly result: CashierChange;
  /** Shown once. */
  readonly pin: Secret<string>;
}

export function createCashiers({ pool, clock, passwords }: AdminDeps) {
  return {
    list: () => listCashiers(pool),
    async create({ fields, by, pin: typed }: CashierWish & { readonly pin: TypedPin }): Promise<MadePin> {
      const pin = chosenPin(typed);
      const pinHash = await passwords.hash(pin);
      const at = clock.now();
      const id = formatId("cashier", at.getTime(), randomBytes(ID_RANDOM_BYTES));
      const entry = { actor: by, action: "cashier.create", subject: id, detail: detailOf(fields), at };
      const result = await insertCashier(pool, { id, fields, pinHash, createdAt: at, max: CASHIERS_MAX, entry });
      return { result, pin: new Secret(pin) };
    },
    change({ id, fields, by }: CashierWish & ExistingCashier): Promise<CashierChange> {
      const at = clock.now();
      const entry = { actor: by, action: "cashier.change", subject: id, detail: detailOf(fields), at };
      return changeCashier(pool, { id, fields, entry });
    },
    async resetPin({ id, by, pin: typed }: ExistingCashier & { readonly pin: TypedPin }): Promise<MadePin> {
      const pin = chosenPin(typed);
      const pinHash = await passwords.hash(pin);
      const entry = { actor: by, action: "cashier.pin", subject: id, at: clock.now() };
      return { result: await setCashierPin(pool, { id, pinHash, entry }), pin: new Secret(pin) };
    },
    setInUse({ id, by, inUse }: ExistingCashier & { readonly inUse: boolean }): Promise<CashierChange> {
      const at = clock.now();
      const entry = { actor: by, action: inUse ? "cashier.enable" : "cashier.disable", subject: id, at };
      return setCashierInUse(pool, { id, deactivatedAt: inUse ? null : at, entry });
    },
  };
}

const detailOf = ({ name, refundUpTo, storeIds }: CashierFields) => ({
  name,
  refundUpToFen: refundUpTo,
  stores: storeIds.length,
});
