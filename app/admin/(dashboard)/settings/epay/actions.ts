"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { EPAY_ACCOUNT_NAME_CHARS_MAX } from "#lib/base/epay-limits.ts";
import { isId } from "#lib/base/ids.ts";
import { resendEpayNotice } from "#lib/storage/epay/epay-accounts.ts";
import { epayAccountsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

// Each is written down in the transaction that does it.

const pidForm = z.object({ pid: z.string().regex(/^[1-9][0-9]{3,8}$/) });
const CHARS = /\p{Cc}/u;

/** What is entered in the software; the key is shown this once. */
function shown({ container, language }: AdminRequest, { pid, key }: { readonly pid: string; readonly key: string }) {
  const words = epayAccountsText(language);
  return [
    { label: words.address, value: `${container.settings.publicUrl}/` },
    { label: words.pid, value: pid },
    { label: words.key, value: key },
  ];
}

export async function createEpayAccount(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "epay.write",
    confirmed: true,
    form,
    schema: z.object({ name: z.string().trim().max(1_000), mayRefund: z.literal("on").optional() }),
    audit: null,
    async work(adminRequest, { name, mayRefund }) {
      const words = epayAccountsText(adminRequest.language);
      if (name === "" || [...name].length > EPAY_ACCOUNT_NAME_CHARS_MAX || CHARS.test(name)) {
        return failed(words.badName);
      }
      const { container, session } = adminRequest;
      const account = { name, mayRefund: mayRefund === "on" };
      const made = await container.epayAccounts.create(account, session.user.email);
      return done(words.made, shown(adminRequest, made));
    },
  });
}

/** A new key; an account that was ended is in use again by it. */
export async function replaceEpayKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "epay.write",
    confirmed: true,
    form,
    schema: pidForm.extend({ again: z.literal("yes").optional() }),
    audit: null,
    async work(adminRequest, { pid, again }) {
      const { container, session, language, text } = adminRequest;
      const words = epayAccountsText(language);
      const made = await container.epayAccounts.replaceKey(pid, session.user.email);
      if (made === null) return failed(text.errors.stale);
      return done(again === "yes" ? words.enabled : words.rotated, shown(adminRequest, made));
    },
  });
}

export async function disableEpayAccount(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "epay.write",
    form,
    schema: pidForm,
    audit: null,
    async work({ container, session, language, text }, { pid }) {
      const isThere = await container.epayAccounts.disable(pid, session.user.email);
      return isThere ? done(epayAccountsText(language).disabled) : failed(text.errors.stale);
    },
  });
}

export async function sendNoticeAgain(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "epay.write",
    form,
    schema: z.object({ orderId: z.string().refine((id) => isId("order", id)) }),
    audit: null,
    async work({ container, session, language }, { orderId }) {
      const words = epayAccountsText(language);
      const doing = { actor: session.user.email, at: container.clock.now() };
      const isSent = await resendEpayNotice(container.database.pool, orderId, doing);
      return isSent ? done(words.sent) : failed(words.notSent);
    },
  });
}
