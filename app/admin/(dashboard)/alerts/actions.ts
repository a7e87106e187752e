"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { acknowledgeAlert, reopenAlert } from "#lib/storage/operations/alerts.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";

const alertForm = z.object({ alertId: z.string().regex(/^\d{1,15}$/) });

export async function acknowledge(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "alerts.acknowledge",
    form,
    schema: alertForm,
    audit: ({ alertId }) => ({ action: "alert.acknowledge", subject: `alert:${alertId}` }),
    async work({ container, text }, { alertId }) {
      const acknowledged = await acknowledgeAlert(container.database.pool, alertId, container.clock.now());
      return acknowledged ? done(text.alerts.acknowledged) : failed(text.alerts.changed);
    },
  });
}

/** Takes {@link acknowledge} back. */
export async function reopen(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "alerts.acknowledge",
    form,
    schema: alertForm,
    audit: ({ alertId }) => ({ action: "alert.reopen", subject: `alert:${alertId}` }),
    async work({ container, text }, { alertId }) {
      const reopened = await reopenAlert(container.database.pool, alertId);
      return reopened ? done(text.alerts.reopened) : failed(text.alerts.changed);
    },
  });
}
