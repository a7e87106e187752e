import type pg from "pg";
import type { LearnerDecision, LearnerSettings } from "#lib/payment/index.ts";
import { viaPrisma } from "../transaction.ts";
import { readLearnerSettings } from "./learner-settings.ts";

export interface LearnerStatus {
  readonly settings: LearnerSettings;
  readonly model: { readonly version: number; readonly folded: number };
  readonly decisions: { readonly made: number; readonly offered: number };
  /** Known, whether or not something was learned of them. */
  readonly outcomes: number;
  readonly lambda: number;
}

/** How the learner stands, for people. */
export async function learnerStatus(pool: pg.Pool): Promise<LearnerStatus> {
  const settings = await readLearnerSettings(pool);
  return viaPrisma(pool, async (prisma) => {
    const [model, made, offered, outcomes, pace] = await Promise.all([
      prisma.learnerModel.findFirst({ orderBy: { version: "desc" }, select: { version: true, folded: true } }),
      prisma.learnerDecision.count(),
      prisma.learnerDecision.count({ where: { arm: { not: "none" } } }),
      prisma.learnerOutcome.count({ where: { kind: { not: "restart" } } }),
      prisma.learnerPace.findFirstOrThrow({ select: { lambda: true } }),
    ]);
    return {
      settings,
      model: model ?? { version: 0, folded: 0 },
      decisions: { made, offered },
      outcomes,
      lambda: pace.lambda,
    };
  });
}

/** What was decided about an order's optional offer; null where nothing was. */
export const decisionAbout = (pool: pg.Pool, orderId: string): Promise<LearnerDecision | null> =>
  viaPrisma(pool, async (prisma) => {
    const row = await prisma.learnerDecision.findUnique({ where: { orderId }, omit: { id: true } });
    // The jsonb was checked before it was stored.
    return row as LearnerDecision | null;
  });
