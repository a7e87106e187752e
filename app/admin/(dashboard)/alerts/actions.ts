"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { acknowledgeAlert } from "#lib/storage/operations/alerts.ts";
import { done, runAdminAction } from "../../run-admin-action.ts";

export async function acknowledge(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "alerts.acknowledge",
    form,
    schema: z.object({ alertId: z.string().regex(/^\d{1,15}$/) }),
    audit: ({ alertId }) => ({ action: "alert.acknowledge", subject: `alert:${alertId}` }),
    async work({ container, text }, { alertId }) {
      await acknowledgeAlert(container.database.pool, alertId, container.clock.now());
      return done(text.alerts.acknowledged);
    },
  });
}
