import { createHash } from "node:crypto";
import { gather } from "#lib/base/gather.ts";
import { PAGE_PLANS_REMEMBERED } from "#lib/base/limits.ts";
import type { PagePlan } from "#lib/intelligence/index.ts";
import { insertPagePlans, type NotedPlan } from "#lib/storage/orders/page-plans.ts";
import type { Container } from "./container.ts";

const noted = new Set<string>();

const GATHER_MS = 100;
const writers = new WeakMap<Container["database"]["pool"], (plan: NotedPlan) => Promise<void>>();

/** Plans of a moment share one statement. */
function writerOf({ database: { pool } }: Pick<Container, "database">): (plan: NotedPlan) => Promise<void> {
  const known = writers.get(pool);
  if (known !== undefined) return known;
  const made = gather<NotedPlan>((plans) => insertPagePlans(pool, plans), GATHER_MS);
  writers.set(pool, made);
  return made;
}

/** Stores in the background what a pay page showed and why; an unchanged page is not stored again. */
export function notePlan(container: Container, orderId: string, plan: PagePlan): void {
  const { version, scene, channel, alternatives, language, elder, plain, blocks, reasons } = plan;
  const offers = plan.offers.map(({ id }) => id);
  const kept = {
    version,
    scene,
    channel,
    alternatives,
    language,
    elder,
    plain,
    blocks,
    offers,
    nudge: plan.nudge,
    reasons,
  };
  const text = JSON.stringify(kept);
  const digest = createHash("sha256").update(text).digest();
  const mark = `${orderId}${digest.toString("base64")}`;
  if (noted.has(mark)) return;
  if (noted.size >= PAGE_PLANS_REMEMBERED) noted.clear();
  noted.add(mark);
  writerOf(container)({ orderId, digest, plan: text, at: container.clock.now() }).catch((cause: unknown) => {
    noted.delete(mark);
    container.log.warn("page.plan_not_noted", { orderId, cause });
  });
}
