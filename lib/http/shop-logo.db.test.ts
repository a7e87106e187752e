import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepLogo } from "#lib/storage/configuration/shop-looks.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a logo is served by its content's name, for ever, and can do nothing but be looked at.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

test("each logo is served as what it is, however many there were", async () => {
  const logos = Array.from({ length: 7 }, (_, at) => Uint8Array.from([137, 80, 78, 71, at]));
  const names = logos.map((bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 32));
  for (const [at, bytes] of logos.entries()) await keepLogo(edge.database.pool, { hash: names[at] ?? "", bytes });
  for (const at of [0, 1, 2, 3, 4, 5, 6, 0, 6]) {
    const answer = await edge.send(`/api/shop-logo/${names[at]}.png`);
    expect(answer.status).toBe(200);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(logos[at]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
  }
});

test.each(["0".repeat(32), `${"0".repeat(32)}.png`, "../../etc/passwd", "x.png"])("%s is not there", async (name) => {
  expect((await edge.send(`/api/shop-logo/${encodeURIComponent(name)}`)).status).toBe(404);
});
