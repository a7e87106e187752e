import { createHash } from "node:crypto";
import { PAGE_PLANS_REMEMBERED } from "#lib/base/limits.ts";
import type { PagePlan } from "#lib/intelligence/index.ts";
import { insertPagePlan } from "#lib/storage/orders/page-plans.ts";
import type { Container } from "./container.ts";

const noted = new Set<string>();

/** Stores in the background what a pay page showed and why; an unchanged page is not stored again. */
export function notePlan({ database, clock, log }: Container, orderId: string, plan: PagePlan): void {
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
  insertPagePlan(database.pool, { orderId, digest, plan: text, at: clock.now() }).catch((cause: unknown) => {
    noted.delete(mark);
    log.warn("page.plan_not_noted", { orderId, cause });
  });
}
