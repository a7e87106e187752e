"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { learnerText } from "#components/admin/text-learner.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { setMoneyKnown, switchLearner } from "#lib/storage/learner-settings.ts";
import { done, perform } from "../../../perform.ts";
import type { Visit } from "../../../visit.ts";

const changeBy = ({ container, session }: Visit) => ({ actor: session.user.email, at: container.clock.now() });

/** The kill switch; the change itself writes the audit log. */
export async function turnLearner(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: "config.write",
    form,
    schema: z.object({ enabled: z.enum(["yes", "no"]) }),
    deed: null,
    async work(visit, { enabled }) {
      await switchLearner(visit.container.database.pool, enabled === "yes", changeBy(visit));
      return done(learnerText(visit.language).turned);
    },
  });
}

const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,2})?$/)
  .transform((text) => Math.round(Number(text) * 100))
  .pipe(z.int().min(0).max(10_000));

export async function setMargin(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: "config.write",
    form,
    schema: z.object({ scene: z.enum(["default", ...SCENES]), percent }),
    deed: null,
    async work(visit, { scene, percent: bps }) {
      await setMoneyKnown(visit.container.database.pool, { margins: { [scene]: bps } }, changeBy(visit));
      return done(learnerText(visit.language).saved);
    },
  });
}
