import type { BehaviourEvent } from "#lib/contract/behaviour.ts";
import type { Random } from "../../promotions/random.ts";

let made = 0;

/** An event of an order at a second of its life; everything else can be given. */
export function eventAt(
  orderId: string,
  second: number,
  more: Partial<BehaviourEvent> & Pick<BehaviourEvent, "type">,
): BehaviourEvent {
  return {
    id: `01937c2e-6f00-7abc-8def-${String(++made).padStart(12, "0")}`,
    ...{
      orderId,
      session: "visit01",
      env: "wechat",
      form: "phone",
      os: "android",
      channel: "jsapi",
      scene: "dining",
      props: {},
    },
    at: new Date(Date.UTC(2026, 10, 20, 4) + second * 1_000),
    ...more,
  };
}

/** Some orders' lives, as they happen. */
export function randomLives(random: Random, orders: number): BehaviourEvent[] {
  return Array.from({ length: orders }, (_, at) => {
    const [id, from] = [`ord_${at}`, random.whole(0, 40 * 3_600)];
    const where = {
      channel: random.pick(["jsapi", "native", "h5", "guide"]),
      scene: random.pick(["dining", "retail"]),
      env: random.pick(["wechat", "browser"] as const),
    };
    const life = [eventAt(id, from, { type: "page_viewed", ...where })];
    if (random.chance(0.3)) life.push(eventAt(id, from, { type: "offer_shown", props: { offer: "prm_1" }, ...where }));
    if (random.chance(0.7)) life.push(eventAt(id, from + random.whole(1, 90), { type: "pay_tapped", ...where }));
    if (random.chance(0.2)) life.push(eventAt(id, from + 95, { type: "cancelled", ...where }));
    if (random.chance(0.1))
      life.push(eventAt(id, from + 96, { type: "failed", props: { code: "bridge_fail" }, ...where }));
    if (random.chance(0.2)) life.push(eventAt(id, from + 120, { type: "page_viewed", ...where }));
    if (random.chance(0.6))
      life.push(eventAt(id, from + random.whole(5, 3_000), { type: "paid", props: { due: 1_000 } }));
    else if (random.chance(0.8))
      life.push(eventAt(id, from + 7_200, { type: "expired", props: { due: 100 * (at + 1) } }));
    return life;
  }).flat();
}
