"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { fenFromYuan } from "#lib/base/fen.ts";
import { isId } from "#lib/base/ids.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import { CASHIER_NAME_CHARS_MAX, PIN_DIGITS_MAX, STORES_MAX } from "#lib/base/till-limits.ts";
import { line } from "#lib/contract/order-request.ts";
import type { CashierChange } from "#lib/storage/tills/cashiers.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { type AdminRequest, adminPasswords } from "../../../admin-request.ts";
import { done, failed, runAdminAction, wordsOf } from "../../../run-admin-action.ts";

// lib/auth records these itself, in the same transaction. A PIN and a limit for refunds are a way to give money back that asks for no
// second factor, so making one does.

const cashierId = z.string().refine((text) => isId("cashier", text));
const pin = z
  .string()
  .trim()
  .max(PIN_DIGITS_MAX * 4);
const fields = {
  name: line(CASHIER_NAME_CHARS_MAX),
  refund: z.string().trim().max(16),
  userId: z.union([z.literal(""), z.string().refine((text) => isId("adminUser", text))]),
  "stores[]": z
    .array(z.string().refine((text) => isId("store", text)))
    .max(STORES_MAX)
    .default([]),
};
type CashierForm = z.output<z.ZodObject<typeof fields>>;

/** @returns a message for what cannot be read */
function fieldsOfForm({ name, refund, userId, "stores[]": storeIds }: CashierForm, words: CashierWords) {
  const refundUpTo = refund === "" ? null : fenFromYuan(refund);
  if (refund !== "" && (refundUpTo === null || refundUpTo < 1 || refundUpTo > AMOUNT_FEN_MAX)) return words.badAmount;
  if (storeIds.length === 0) return words.storeNeeded;
  return { name, refundUpTo, userId: userId === "" ? null : userId, storeIds: [...new Set(storeIds)] };
}

export async function createCashier(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ ...fields, pin }),
    confirmed: true,
    audit: null,
    async work(adminRequest, { pin: typed, ...rest }) {
      const words = wordsFor(adminRequest);
      const read = fieldsOfForm(rest, words);
      if (typeof read === "string") return failed(read);
      const by = adminRequest.session.user.email;
      return withPin(words, async () => {
        const made = await cashiersOf(adminRequest).create({ fields: read, by, pin: typed });
        if (made.result !== "done") return answer(adminRequest, made.result);
        return done(fill(words.made, { name: read.name }), [{ label: words.pinShown, value: made.pin.reveal() }]);
      });
    },
  });
}

export async function editCashier(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ cashierId, ...fields }),
    confirmed: true,
    audit: null,
    async work(adminRequest, { cashierId: id, ...rest }) {
      const read = fieldsOfForm(rest, wordsFor(adminRequest));
      if (typeof read === "string") return failed(read);
      const by = adminRequest.session.user.email;
      return answer(adminRequest, await cashiersOf(adminRequest).change({ id, fields: read, by }));
    },
  });
}

export async function resetPin(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ cashierId, pin }),
    confirmed: true,
    audit: null,
    async work(adminRequest, { cashierId: id, pin: typed }) {
      const words = wordsFor(adminRequest);
      return withPin(words, async () => {
        const made = await cashiersOf(adminRequest).resetPin({ id, by: adminRequest.session.user.email, pin: typed });
        if (made.result !== "done") return answer(adminRequest, made.result);
        return done(words.pinReset, [{ label: words.pinShown, value: made.pin.reveal() }]);
      });
    },
  });
}

export async function switchCashier(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ cashierId, inUse: z.enum(["yes", "no"]) }),
    confirmed: true,
    audit: null,
    async work(adminRequest, { cashierId: id, inUse }) {
      const wish = { id, by: adminRequest.session.user.email, inUse: inUse === "yes" };
      return answer(adminRequest, await cashiersOf(adminRequest).setInUse(wish));
    },
  });
}

type CashierWords = ReturnType<typeof tillsText>["cashiers"];

const wordsFor = ({ language }: AdminRequest): CashierWords => tillsText(language).cashiers;

const cashiersOf = ({ container: { database, clock } }: AdminRequest) =>
  createCashiers({ pool: database.pool, clock, passwords: adminPasswords });

async function withPin(words: CashierWords, work: () => Promise<ActionState>): Promise<ActionState> {
  try {
    return await work();
  } catch (cause) {
    const trouble = isAppError(cause) ? cause.errors.find(({ path }) => path === "pin")?.message : undefined;
    if (trouble === undefined) throw cause;
    return failed(trouble === "weak" ? words.pinWeak : words.pinForm);
  }
}

function answer({ language, text }: AdminRequest, result: CashierChange): ActionState {
  const words = tillsText(language).cashiers;
  switch (result) {
    case "done":
      return done(words.done);
    case "too_many":
      return failed(words.tooMany);
    case "user_taken":
      return failed(words.userTaken);
    case "absent":
      return failed(wordsOf("not_found", text));
  }
}
