"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { CHANNEL_KINDS } from "#lib/notifications/index.ts";
import { findChannel, removeChannel, setChannelPaused } from "#lib/storage/notifications/notification-channels.ts";
import { setReceiptMailChannel } from "#lib/storage/notifications/receipt-mails.ts";
import { notificationsText, storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";
import { channelForm, clearedSettings, readChoices, readSettings } from "./channel-form.ts";
import { addSandboxChannels } from "./sandbox-channels.ts";

// Every change is recorded in the transaction that makes it.

const channelId = z.string().refine((text) => isId("notificationChannel", text));

/** A refused field in words. */
function explainRefusal(cause: unknown, { language }: AdminRequest): ActionState {
  if (!isAppError(cause) || cause.code !== "invalid_request") throw cause;
  const { problems } = notificationsText(language).page;
  const path = cause.errors[0]?.path ?? "";
  const known: Readonly<Record<string, string>> = {
    ...problems,
    ...{ endpoint: problems.url, apiBase: problems.url, from: problems.email, to: problems.email },
    ...{ fields: problems.template, openids: problems.recipients },
  };
  return failed(known[path] ?? `${path}: ${cause.errors[0]?.message ?? cause.detail}`);
}

export async function createChannel(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "notifications.write",
    confirmed: true,
    form,
    schema: channelForm.extend({ kind: z.enum(CHANNEL_KINDS).exclude(["web_push"]) }),
    audit: null,
    async work(adminRequest, input) {
      const { container, session, language } = adminRequest;
      const choices = readChoices(input);
      if (choices === null) return failed(notificationsText(language).page.problems.amount);
      if (container.notificationChannels === undefined) return failed(adminRequest.text.errors.stale);
      const given = { kind: input.kind, choices, settings: readSettings(input.kind, input) };
      try {
        const { channel, secret } = await container.notificationChannels.create(given, session.user.email);
        const { page } = notificationsText(language);
        if (secret !== null) return done(page.created, [{ label: page.secretOnce, value: secret }]);
        redirect(`/admin/settings/notifications/${channel.id}?done=created`);
      } catch (cause) {
        return explainRefusal(cause, adminRequest);
      }
    },
  });
}

/** A device belongs to its owner; every other channel to those who may change channels. */
async function mayChange(adminRequest: AdminRequest, { channelId: id }: OfChannel): Promise<boolean> {
  return adminRequest.may("notifications.write") || isOwnDevice(adminRequest, { channelId: id });
}

async function isOwnDevice({ container, session }: AdminRequest, { channelId: id }: OfChannel): Promise<boolean> {
  const found = await findChannel(container.database.pool, id);
  return found?.adminUserId === session.user.id;
}

interface OfChannel {
  readonly channelId: string;
}

export async function changeChannel(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayChange,
    confirmed: true,
    form,
    schema: channelForm.extend({ channelId }),
    audit: null,
    async work(adminRequest, { channelId: id, ...input }) {
      const { container, session, language, text } = adminRequest;
      const found = await findChannel(container.database.pool, id);
      const choices = readChoices(input);
      if (choices === null) return failed(notificationsText(language).page.problems.amount);
      if (found === null || container.notificationChannels === undefined) return failed(text.errors.stale);
      const kind = CHANNEL_KINDS.find((each) => each === found.kind);
      const settings =
        kind === undefined || kind === "web_push"
          ? {}
          : { ...readSettings(kind, input), ...clearedSettings(kind, input) };
      try {
        await container.notificationChannels.update(id, { choices, settings }, session.user.email);
        return done(notificationsText(language).page.saved);
      } catch (cause) {
        return explainRefusal(cause, adminRequest);
      }
    },
  });
}

export async function testChannel(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayChange,
    form,
    schema: z.object({ channelId }),
    audit: ({ channelId: id }) => ({ action: "notification_channel.test", subject: id }),
    async work(adminRequest, { channelId: id }) {
      const { container, session, language, text } = adminRequest;
      if (container.notifier === undefined) return failed(text.errors.stale);
      const { kind, answer } = await container.notifier.test(id, session.user.email);
      const { page } = notificationsText(language);
      return kind === "sent" ? done(fill(page.testSent, { answer })) : failed(fill(page.testFailed, { answer }));
    },
  });
}

export async function pauseChannel(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayChange,
    form,
    schema: z.object({ channelId, paused: z.enum(["yes", "no"]) }),
    audit: null,
    async work(adminRequest, { channelId: id, paused }) {
      const { container, session, language } = adminRequest;
      const change = { actor: session.user.email, at: container.clock.now() };
      await setChannelPaused(container.database.pool, { id, paused: paused === "yes" }, change);
      const { page } = notificationsText(language);
      return done(paused === "yes" ? page.paused : page.resumed);
    },
  });
}

export async function deleteChannel(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayChange,
    form,
    schema: z.object({ channelId }),
    audit: null,
    async work({ container, session }, { channelId: id }) {
      await removeChannel(container.database.pool, id, { actor: session.user.email, at: container.clock.now() });
      redirect("/admin/settings/notifications?done=removed");
    },
  });
}

/** The mail channel whose server sends receipts to shoppers; empty: none does. */
export async function chooseReceiptMails(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "notifications.write",
    form,
    schema: z.object({ receiptChannel: z.union([z.literal(""), channelId]) }),
    audit: null,
    async work({ container, session, language, text }, { receiptChannel }) {
      const { pool } = container.database;
      const chosen = receiptChannel === "" ? null : await findChannel(pool, receiptChannel);
      if (receiptChannel !== "" && chosen?.kind !== "email") return failed(text.errors.stale);
      const change = { actor: session.user.email, at: container.clock.now() };
      await setReceiptMailChannel(pool, chosen?.id ?? null, change);
      const { receipts } = notificationsText(language).page;
      return done(chosen === null ? receipts.isOff : receipts.on);
    },
  });
}

export async function addSandbox(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "notifications.write",
    form,
    schema: z.object({}),
    audit: null,
    async work(adminRequest) {
      const made = await addSandboxChannels(adminRequest);
      const { language } = adminRequest;
      return made ? done(notificationsText(language).page.sandboxDone) : failed(storyText(language).replayUnanswered);
    },
  });
}

const subscription = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(2_048),
  p256dh: z.string().max(200),
  auth: z.string().max(100),
});

/** The device says that it wants nothing more: its browser has ended the subscription. */
export async function forgetDevice(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: isOwnDevice,
    form,
    schema: z.object({ channelId }),
    audit: null,
    async work({ container, session }, { channelId: id }) {
      await removeChannel(container.database.pool, id, { actor: session.user.email, at: container.clock.now() });
      return done("");
    },
  });
}

/** What a person wants to hear of on a device of their own, until they choose otherwise. */
const DEVICE_EVENTS = [
  "payment_received",
  "refund_approval",
  "payment_trouble",
  "refund_trouble",
  "worker",
  "disk",
  "silence",
];

export async function subscribeDevice(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: subscription,
    audit: null,
    async work(adminRequest, settings) {
      const { container, session, language, text } = adminRequest;
      const { page } = notificationsText(language);
      if (container.notificationChannels === undefined) return failed(text.errors.stale);
      const name = fill(page.deviceName, { person: session.user.email }).slice(0, 60);
      const choices = {
        ...{ name, events: DEVICE_EVENTS, roles: [], language, amountMin: 0 },
        ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
      };
      const given = { kind: "web_push", choices, settings, adminUserId: session.user.id } as const;
      try {
        const { channel } = await container.notificationChannels.create(given, session.user.email);
        return done(page.deviceStates.on, [{ label: "channel", value: channel.id }]);
      } catch (cause) {
        return explainRefusal(cause, adminRequest);
      }
    },
  });
}
