"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { shopLookSchema } from "#lib/contract/shop-look.ts";
import { drawLogo } from "#lib/logos/draw-logo.ts";
import {
  currentShopLook,
  findShopLook,
  keepLogo,
  keepShopLook,
  type ShopLookChange,
  type ShopLookVersion,
} from "#lib/storage/configuration/shop-looks.ts";
import { lookText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { wholeNumber } from "../../../form-numbers.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

// Each change is a version of its own, made from the one that the person saw, and recorded in the transaction that keeps it.

const VERSION_MAX = 2_147_483_646;
const version = wholeNumber({ min: 0, max: VERSION_MAX });
const based = z.looseObject({ basedOn: version });

type Kept = Pick<ShopLookChange, "basedOn" | "look" | "logoHash">;

async function keep({ container, session, language }: AdminRequest, kept: Kept, said: string): Promise<ActionState> {
  try {
    const who = { by: session.user.email, at: container.clock.now() };
    await keepShopLook(container.database.pool, { ...kept, ...who });
    return done(said);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "conflict") return failed(lookText(language).changedMeanwhile);
    throw cause;
  }
}

/** What is in force; only its own version may be built upon, which keeping it checks. */
const inForce = ({ container }: AdminRequest): Promise<ShopLookVersion> => currentShopLook(container.database.pool);

export async function saveLook(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: based,
    audit: null,
    async work(adminRequest, { basedOn, ...fields }) {
      const words = lookText(adminRequest.language);
      const read = shopLookSchema.safeParse(fields);
      if (!read.success) {
        const problems: Readonly<Record<string, string>> = words.problems;
        return failed(problems[String(read.error.issues[0]?.path[0])] ?? words.problems.other);
      }
      const { logoHash } = await inForce(adminRequest);
      return keep(adminRequest, { basedOn, look: read.data, logoHash }, words.saved);
    },
  });
}

export async function uploadLogo(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ basedOn: version, file: z.instanceof(File) }),
    audit: null,
    async work(adminRequest, { basedOn, file }) {
      const words = lookText(adminRequest.language);
      const drawn = await drawLogo(new Uint8Array(await file.arrayBuffer()));
      if (drawn.kind === "refused") return failed(words.logoProblems[drawn.reason]);
      const { look } = await inForce(adminRequest);
      await keepLogo(adminRequest.container.database.pool, drawn);
      return keep(adminRequest, { basedOn, look, logoHash: drawn.hash }, words.uploaded);
    },
  });
}

export async function removeLogo(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ basedOn: version }),
    audit: null,
    async work(adminRequest, { basedOn }) {
      const { look } = await inForce(adminRequest);
      return keep(adminRequest, { basedOn, look, logoHash: null }, lookText(adminRequest.language).removed);
    },
  });
}

export async function restoreLook(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ basedOn: version, version: wholeNumber({ min: 1, max: VERSION_MAX }) }),
    audit: null,
    async work(adminRequest, { basedOn, version: wanted }) {
      const { text, language, container } = adminRequest;
      const found = await findShopLook(container.database.pool, wanted);
      if (found === null) return failed(text.errors.codes.not_found ?? "");
      const { look, logoHash } = found;
      return keep(adminRequest, { basedOn, look, logoHash }, fill(lookText(language).restored, { version: wanted }));
    },
  });
}
