"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { SANDBOX_CALLS } from "#lib/base/call-budgets.ts";
import { isId } from "#lib/base/ids.ts";
import { notificationOutbox } from "#lib/storage/notifications/notification-outbox.ts";
import { readOrderStory } from "#lib/storage/orders/order-story.ts";
import { storyText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const orderId = z.string().refine((text) => isId("order", text));
const name = z.string().regex(/^\w{1,64}$/);

/** Sends one event to one endpoint again. */
export async function resendWebhook(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "deliveries.resend",
    form,
    schema: z.object({ orderId, eventId: name, endpointId: name }),
    audit: (input) => ({
      action: "webhook.resend",
      subject: input.orderId,
      detail: { eventId: input.eventId, endpointId: input.endpointId },
    }),
    async work({ container: { webhookLog }, session, text, language }, { orderId: id, ...delivery }) {
      if ((await webhookLog.get(delivery)).orderId !== id) return failed(text.errors.stale);
      await webhookLog.redeliver(delivery, session.user.email);
      return done(storyText(language).resent);
    },
  });
}

/** Sends one message about the order to one channel again. */
export async function resendNotification(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "deliveries.resend",
    form,
    schema: z.object({ orderId, notificationId: z.string().regex(/^[1-9]\d{0,17}$/), channelId: name }),
    audit: (input) => ({
      action: "notification.resend",
      subject: input.orderId,
      detail: { notificationId: input.notificationId, channelId: input.channelId },
    }),
    async work({ container, language }, { orderId: id, ...delivery }) {
      const { database, clock } = container;
      const isSent = await notificationOutbox(database.pool).resend(delivery, { orderId: id, now: clock.now() });
      const words = storyText(language);
      return isSent ? done(words.resent) : failed(words.resendPaused);
    },
  });
}

const replayed = z.object({ notices: z.array(z.unknown()) });

/** Has the sandbox send its notifications of the order's payments again. There is no sandbox with real credentials. */
export async function replayNotices(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.ask",
    form,
    schema: z.object({ orderId }),
    audit: (input) => ({ action: "order.replay", subject: input.orderId }),
    async work({ container, text, language }, input) {
      const { sandboxOrigin } = container.settings;
      if (sandboxOrigin === null) return failed(text.errors.stale);
      const words = storyText(language);
      const { attempts } = await readOrderStory(container.database.pool, input.orderId);
      let count = 0;
      for (const { number } of attempts) {
        const answer = await fetch(`${sandboxOrigin}/control/notify`, {
          method: "POST",
          body: JSON.stringify({ outTradeNo: number }),
          signal: AbortSignal.timeout(SANDBOX_CALLS.replayMs),
        }).catch(() => null);
        if (answer === null) return failed(words.replayUnanswered);
        if (answer.ok) count += replayed.parse(await answer.json()).notices.length;
      }
      return count === 0 ? failed(words.replayNothing) : done(fill(words.replayed, { count }));
    },
  });
}
