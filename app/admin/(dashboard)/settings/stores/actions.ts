"use server";

import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { createTillSignIn } from "#lib/auth/till-sign-in.ts";
import { formatId, ID_RANDOM_BYTES, type IdKind, isId } from "#lib/base/ids.ts";
import {
  STORE_ADDRESS_CHARS_MAX,
  STORE_NAME_CHARS_MAX,
  STORE_PHONE_CHARS_MAX,
  STORES_MAX,
  TILL_IDLE_MINUTES_MAX,
  TILLS_PER_STORE_MAX,
} from "#lib/base/till-limits.ts";
import { line } from "#lib/contract/order-request.ts";
import { placeCodeSchema } from "#lib/contract/place.ts";
import {
  changeStore,
  changeTill,
  insertStore,
  insertTill,
  type PlaceChange,
  setStoreInUse,
  setTillInUse,
} from "#lib/storage/tills/places.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { type AdminRequest, adminPasswords } from "../../../admin-request.ts";
import { wholeNumber } from "../../../form-numbers.ts";
import { done, failed, runAdminAction, wordsOf } from "../../../run-admin-action.ts";

// The storage records these itself, in the same transaction.

const storeId = z.string().refine((text) => isId("store", text));
const tillId = z.string().refine((text) => isId("till", text));
const optional = (max: number) =>
  z
    .string()
    .trim()
    .transform((text) => (text === "" ? null : text))
    .pipe(line(max).nullable());
const storeFields = {
  name: line(STORE_NAME_CHARS_MAX),
  address: optional(STORE_ADDRESS_CHARS_MAX),
  phone: optional(STORE_PHONE_CHARS_MAX),
};
const tillFields = {
  name: line(STORE_NAME_CHARS_MAX),
  idleMinutes: wholeNumber({ min: 1, max: TILL_IDLE_MINUTES_MAX }),
};
const inUse = z.enum(["yes", "no"]);

export async function createStore(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ code: placeCodeSchema, ...storeFields }),
    audit: null,
    async work(adminRequest, fields) {
      const place = { ...newPlace(adminRequest, "store"), ...fields };
      const entry = {
        ...entryOf(adminRequest, "store.create", place.id),
        detail: { code: place.code, name: place.name },
      };
      const result = await insertStore(poolOf(adminRequest), { place, max: STORES_MAX, entry });
      return answer(adminRequest, result, "made");
    },
  });
}

export async function editStore(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ storeId, ...storeFields }),
    audit: null,
    async work(adminRequest, { storeId: id, ...fields }) {
      const entry = { ...entryOf(adminRequest, "store.change", id), detail: { name: fields.name } };
      return answer(adminRequest, await changeStore(poolOf(adminRequest), { id, fields, entry }));
    },
  });
}

export async function switchStore(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ storeId, inUse }),
    audit: null,
    async work(adminRequest, { storeId: id, inUse: wish }) {
      const entry = entryOf(adminRequest, wish === "yes" ? "store.enable" : "store.disable", id);
      const deactivatedAt = wish === "yes" ? null : entry.at;
      return answer(adminRequest, await setStoreInUse(poolOf(adminRequest), { id, deactivatedAt, entry }));
    },
  });
}

export async function createTill(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ storeId, code: placeCodeSchema, ...tillFields }),
    audit: null,
    async work(adminRequest, fields) {
      const place = { ...newPlace(adminRequest, "till"), ...fields };
      const entry = {
        ...entryOf(adminRequest, "till.create", place.id),
        detail: { code: place.code, name: place.name },
      };
      const result = await insertTill(poolOf(adminRequest), { place, max: TILLS_PER_STORE_MAX, entry });
      return answer(adminRequest, result, "made");
    },
  });
}

export async function editTill(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ tillId, ...tillFields }),
    audit: null,
    async work(adminRequest, { tillId: id, ...fields }) {
      const entry = { ...entryOf(adminRequest, "till.change", id), detail: { ...fields } };
      return answer(adminRequest, await changeTill(poolOf(adminRequest), { id, fields, entry }));
    },
  });
}

export async function switchTill(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "stores.write",
    form,
    schema: z.object({ tillId, inUse }),
    audit: null,
    async work(adminRequest, { tillId: id, inUse: wish }) {
      const entry = entryOf(adminRequest, wish === "yes" ? "till.enable" : "till.disable", id);
      const deactivatedAt = wish === "yes" ? null : entry.at;
      return answer(adminRequest, await setTillInUse(poolOf(adminRequest), { id, deactivatedAt, entry }));
    },
  });
}

export async function unbindTill(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "tills.bind",
    form,
    schema: z.object({ tillId }),
    audit: null,
    async work(adminRequest, wish) {
      const { clock, cookieBox } = adminRequest.container;
      const deps = { pool: poolOf(adminRequest), clock, cookieBox, passwords: adminPasswords };
      await createTillSignIn(deps).unbind({ ...wish, by: adminRequest.session.user.email });
      return done(tillsText(adminRequest.language).stores.unbound);
    },
  });
}

const poolOf = ({ container }: AdminRequest) => container.database.pool;

function newPlace({ container }: AdminRequest, kind: IdKind) {
  const createdAt = container.clock.now();
  return { id: formatId(kind, createdAt.getTime(), randomBytes(ID_RANDOM_BYTES)), createdAt };
}

const entryOf = ({ session, container }: AdminRequest, action: string, subject: string) => ({
  actor: session.user.email,
  action,
  subject,
  at: container.clock.now(),
});

function answer({ language, text }: AdminRequest, result: PlaceChange, said: "made" | "done" = "done"): ActionState {
  const words = tillsText(language).stores;
  switch (result) {
    case "done":
      return done(words[said]);
    case "code_taken":
      return failed(words.codeTaken);
    case "too_many":
      return failed(words.tooMany);
    case "shift_open":
      return failed(words.shiftOpen);
    case "absent":
      return failed(wordsOf("not_found", text));
  }
}
