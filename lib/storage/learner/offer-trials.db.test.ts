import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { readOfferTrials } from "./offer-trials.ts";

// Goal: a verdict rests on decisions that could have gone to this offer, went to it or to none, and are known to the end.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

interface Decision {
  readonly arm: string;
  readonly arms?: readonly { readonly id: string; readonly probability: number }[];
  readonly unlearned?: string;
  /** Null: not known yet. */
  readonly netMargin: number | null;
}

const BOTH = [
  { id: "mine", probability: 0.5 },
  { id: "other", probability: 0.3 },
];

async function decide({ arm, arms = BOTH, unlearned, netMargin }: Decision): Promise<void> {
  const { id } = await fixture.order();
  const context = { amount: 3_000, freq90: 7, isNew: false, lapsed: false };
  const [decision] = await fixture.rows<{ id: string }>(
    `insert into learner_decisions
       (order_id, context, arms, arm, propensity, p_none, model_version, lambda, seed, unlearned, created_at)
     values ($1, $2, $3, $4, 0.5, 0.2, 0, 0, 's', $5, now()) returning id`,
    [id, JSON.stringify(context), JSON.stringify(arms), arm, unlearned ?? null],
  );
  if (netMargin === null) return;
  await fixture.rows(
    `insert into learner_outcomes (decision_id, kind, converted, net_margin, cost, happened_at, resolved_at)
     values ($1, 'pay', true, $2, 40, now(), now())`,
    [decision?.id, netMargin],
  );
}

test("other offers, those without a chance, unknown ends and tests are left out", async () => {
  await decide({ arm: "mine", netMargin: 900 });
  await decide({ arm: "none", netMargin: 0 });
  await decide({ arm: "other", netMargin: 700 });
  await decide({ arm: "none", arms: [{ id: "other", probability: 0.8 }], netMargin: 600 });
  await decide({ arm: "none", arms: [{ id: "mine", probability: 0 }], netMargin: 500 });
  await decide({ arm: "mine", unlearned: "test", netMargin: 400 });
  await decide({ arm: "mine", netMargin: null });
  const trial = { shopperId: null, pNone: 0.2, pOffer: 0.5, cost: 40, amount: 3_000, frequency: 7, segment: "loyal" };
  expect(await readOfferTrials(fixture.database.pool, "mine")).toEqual([
    { ...trial, isOffered: false, netMargin: 0 },
    { ...trial, isOffered: true, netMargin: 900 },
  ]);
});
