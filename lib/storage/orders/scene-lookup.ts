import type pg from "pg";
import { SCENE_CORRECTIONS_READ, SCENE_KNOWLEDGE_FRESH_MS, SCENE_LOOKUP_TIMEOUT_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { isScene, type SceneCorrection } from "#lib/intelligence/index.ts";
import type { SceneChange, SceneKnowledge, SceneStore } from "#lib/payment/index.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, statement } from "../transaction.ts";

// SQL throughout: asked while an order is made, and what a person says is written under the lock of the merchant's row.
const SHOP = statement("scene_shop")`
  select name, industry, (select max(corrected_at)::text from scene_corrections) as said_at from merchant`;
const CORRECTIONS = statement("scene_corrections")`
  select item_text as text, scene from
    (select * from scene_corrections order by corrected_at desc limit $1) newest order by corrected_at`;
const CORRECT = statement("correct_scene")`
  update orders set scene = $2::jsonb ->> 'scene', scene_decision = $2::jsonb, version = version + 1
   where id = $1 returning id as changed_topic`;
// One merchant's row is the lock of all that it says, so that the newest moment tells whether there is news.
const LOCK = statement("lock_merchant")`select from merchant for no key update`;
const SAY = statement("say_scene")`
  insert into scene_corrections (item_text, scene, order_id, said_by, corrected_at)
  select text, $2, $3, $4, clock_timestamp() from unnest($1::text[]) as text
      on conflict (item_text) do update
     set scene = excluded.scene, order_id = excluded.order_id, said_by = excluded.said_by,
         corrected_at = excluded.corrected_at`;

interface CachedKnowledge {
  readonly knowledge: SceneKnowledge;
  readonly saidAt: string | null;
}

const NOTHING: CachedKnowledge = { knowledge: { industry: null, merchantName: "", corrections: [] }, saidAt: null };

/** What the shop says about itself and its items, read at most once a second. A lookup that takes longer than the limit is not waited for. */
export function sceneStore(pool: pg.Pool): SceneStore {
  let kept = NOTHING;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const readAgain = (): Promise<void> => {
    reading ??= read(pool, kept)
      .then(
        (news) => {
          kept = news;
        },
        // Without the database there will be no order either; what was known last serves.
        () => {},
      )
      .finally(() => {
        readAt = performance.now();
        reading = null;
      });
    return reading;
  };
  return {
    knowledge() {
      if (performance.now() - readAt < SCENE_KNOWLEDGE_FRESH_MS) return kept.knowledge;
      return withTimeout(readAgain(), SCENE_LOOKUP_TIMEOUT_MS, () => {}).then(() => kept.knowledge);
    },
    async correct(change) {
      const done = await inTransaction(pool, (client) => correct(client, change));
      // What was being read may be older than what was said.
      await reading;
      if (done) await readAgain();
      return done;
    },
  };
}

async function read(pool: pg.Pool, before: CachedKnowledge): Promise<CachedKnowledge> {
  const { rows } = await run<{ name: string; industry: string | null; said_at: string | null }>(pool, SHOP, []);
  const { name = "", industry = null, said_at: saidAt = null } = rows[0] ?? {};
  const { merchantName, industry: declared, corrections } = before.knowledge;
  const shop = { merchantName: name, industry: isScene(industry) ? industry : null };
  if (saidAt === before.saidAt && shop.merchantName === merchantName && shop.industry === declared) return before;
  const said = saidAt === before.saidAt ? corrections : await readCorrections(pool);
  return { knowledge: { ...shop, corrections: said }, saidAt };
}

async function readCorrections(pool: pg.Pool): Promise<SceneCorrection[]> {
  const { rows } = await run<{ text: string; scene: string }>(pool, CORRECTIONS, [SCENE_CORRECTIONS_READ]);
  return rows.flatMap(({ text, scene }) => (isScene(scene) ? [{ text, scene }] : []));
}

async function correct(client: pg.PoolClient, { orderId, decided, texts, saidBy, at }: SceneChange): Promise<boolean> {
  const { scene, detail } = decided;
  const changed = await run(client, CORRECT, [orderId, JSON.stringify({ scene, ...detail })]);
  if (changed.rowCount !== 1) return false;
  await run(client, LOCK, []);
  await run(client, SAY, [texts, scene, orderId, saidBy]);
  const auditDetail = { scene, texts: texts.length };
  await recordAudit(client, { actor: saidBy, action: "order.scene", subject: orderId, detail: auditDetail, at });
  return true;
}
