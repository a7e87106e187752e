"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { setMoneyKnown, switchLearner } from "#lib/storage/learner/learner-settings.ts";
import { learnerText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, runAdminAction } from "../../../run-admin-action.ts";

const changeBy = ({ container, session }: AdminRequest) => ({ actor: session.user.email, at: container.clock.now() });

/** The kill switch; the change itself writes the audit log. */
export async function turnLearner(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ enabled: z.enum(["yes", "no"]) }),
    audit: null,
    async work(adminRequest, { enabled }) {
      await switchLearner(adminRequest.container.database.pool, enabled === "yes", changeBy(adminRequest));
      return done(learnerText(adminRequest.language).turned);
    },
  });
}

const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/)
  .transform((text) => Math.round(Number(text) * 100))
  .pipe(z.int().min(0).max(10_000));

export async function setMargin(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ scene: z.enum(["default", ...SCENES]), percent }),
    audit: null,
    async work(adminRequest, { scene, percent: bps }) {
      await setMoneyKnown(adminRequest.container.database.pool, { margins: { [scene]: bps } }, changeBy(adminRequest));
      return done(learnerText(adminRequest.language).saved);
    },
  });
}
