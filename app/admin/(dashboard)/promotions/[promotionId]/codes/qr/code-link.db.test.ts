import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import type { AdminRequest } from "../../../../../admin-request.ts";

// Goal: a link opens what was chosen with a code of this very promotion that somebody can still use, and nothing else.

vi.mock("server-only", () => ({}));

let edge: EdgeFixture;
let links: typeof import("./code-link.ts");
let request: AdminRequest;
let tableUrl: string;
beforeAll(async () => {
  edge = await edgeFixture();
  links = await import("./code-link.ts");
  request = { container: edge.container } as unknown as AdminRequest;
  const { payments, collection } = edge.container;
  for (const id of ["tea", "cake"]) {
    const rule = { id, phase: "order", type: "amount_off", off: 100, needsCode: true };
    await payments.promotions.create(promotionRequestSchema.parse(rule));
  }
  const add = (id: string, codes: readonly string[]) =>
    payments.promotionCodes.add(id, newCodesSchema.parse({ codes }), { by: "test" });
  await add("tea", ["TEA-1", "TEA-2", "TEA-11"]);
  await add("cake", ["CAKE-1"]);
  const made = await collection.create(collectionCodeRequestSchema.parse({ label: "一号桌" }), { by: "test" });
  tableUrl = made.url;
});
afterAll(() => edge.close());

async function linkOf(asked: Readonly<Record<string, string>>) {
  const promotion = await edge.container.payments.promotions.find("tea");
  const places = await links.placesOf(request);
  return links.codeLink(
    request,
    { promotion, places },
    links.askedLink((name) => asked[name]),
  );
}

test("the collection code is opened with the code as it was written down, however it was typed", async () => {
  expect(await linkOf({ code: "tea 1" })).toEqual({ kind: "link", code: "TEA-1", url: `${tableUrl}?promo=TEA-1` });
  expect(await linkOf({})).toEqual({ kind: "nothing" });
});

test("one's own page keeps its query; what is no address of the web is refused", async () => {
  const own = (url: string) => linkOf({ code: "TEA-2", at: "own", url });
  expect(await own("https://shop.example/tea?from=flyer")).toMatchObject({
    url: "https://shop.example/tea?from=flyer&promo=TEA-2",
  });
  for (const url of ["javascript:alert(1)", "shop.example", "ftp://shop.example/"]) {
    expect(await own(url), url).toMatchObject({ kind: "bad_url" });
  }
  expect(await own("")).toEqual({ kind: "nothing" });
});

test("a code of another promotion, one that was revoked, and the beginning of one make no link", async () => {
  for (const code of ["CAKE-1", "TEA", "NOBODY", "-"]) {
    expect(await linkOf({ code }), code).toEqual({ kind: "not_of_promotion", code });
  }
  const { data } = await edge.container.payments.promotionCodes.list("tea", { q: "TEA-2", limit: 5 });
  await edge.rows("update promotion_codes set revoked_at = now() where id = $1", [data[0]?.id]);
  expect(await linkOf({ code: "TEA-2" })).toMatchObject({ kind: "not_of_promotion" });
});
