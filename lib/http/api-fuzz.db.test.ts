import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openapiDocument } from "#lib/contract/openapi/index.ts";
import { FuzzedShop } from "#lib/testing/fuzz/fuzzed-shop.ts";
import { Judge } from "#lib/testing/fuzz/judge.ts";
import { operationsOf, requestsOf } from "#lib/testing/fuzz/requests.ts";

// Goal: whatever is sent to any call of the API, by whomever, it answers as its description says: never 500, refused where it
// leaves the schema, nothing changed by a refusal, nothing shown that belongs to somebody else.
// Method: requests made from the OpenAPI document (good, nearly good and hostile), judged by the document alone.
// `FUZZ_RUNS=100000 FUZZ_SEED=7 npx vitest run lib/http/api-fuzz.db.test.ts` sends more, and others.

const RUNS = Number(process.env.FUZZ_RUNS ?? 3_000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_130);
const DOCUMENT = openapiDocument("http://localhost:3000");
const OPERATIONS = operationsOf(DOCUMENT);
/** A call that takes long is sent less often. */
const SLOW: Readonly<Record<string, number>> = { getPosterPdf: 0.1, getPosterSvg: 0.3, addPromotionCodes: 0.3 };

/** Good answers of these need what no description can say, and have tests of their own. */
const NEVER_WELL = ["enterPromotionCode", "redeliverWebhook"];

let shop: FuzzedShop;
let judge: Judge;
let sent = 0;
const answered = new Map<string, number>();
beforeAll(async () => {
  shop = await FuzzedShop.open();
  judge = new Judge(DOCUMENT, shop);
});
afterAll(async () => {
  if (process.env.FUZZ_RUNS !== undefined) {
    const list = [...answered].map(([answer, count]) => `${answer} ${count}`).sort();
    process.stdout.write(`${sent} requests\n${list.join("\n")}\n`);
  }
  await shop.close();
});

test.each(OPERATIONS.map((each) => [`${each.method} ${each.path}`, each] as const))(
  "%s",
  async (_, described) => {
    const { operationId } = described.operation;
    await shop.prepare(described);
    const numRuns = Math.ceil((RUNS / OPERATIONS.length) * (SLOW[operationId] ?? 1.04));
    await fc.assert(
      fc.asyncProperty(requestsOf(described, DOCUMENT), async (request) => {
        const call = await shop.send(described, request);
        sent += 1;
        const key = `${operationId} ${call.answer.status}`;
        answered.set(key, (answered.get(key) ?? 0) + 1);
        expect(judge.faults(described, request, call)).toEqual([]);
      }),
      { numRuns, seed: SEED },
    );
  },
  3_600_000,
);

test("every call of the merchant API was also answered well at least once, and so many were sent", () => {
  const ofMerchants = OPERATIONS.filter(({ path }) => path.startsWith("/api/v1/"));
  const wanted = ofMerchants.map(({ operation }) => operation.operationId).filter((id) => !NEVER_WELL.includes(id));
  expect(wanted.filter((id) => ![...answered.keys()].some((key) => new RegExp(`^${id} [23]`).test(key)))).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(RUNS);
});
