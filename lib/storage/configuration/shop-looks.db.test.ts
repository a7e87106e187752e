import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { listen } from "../listen.ts";
import { readMerchant } from "./gateway-accounts.ts";
import { currentShopLook, findShopLook, keepLogo, keepShopLook, listShopLooks, readLogo } from "./shop-looks.ts";

// Goal: each look of the shop is kept, the newest is in force, and nobody overwrites what they have not seen.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const pool = () => database.pool;
const rows = async (sql: string): Promise<unknown[]> => (await pool().query(sql)).rows;
const who = { by: "owner@shop.test", at: new Date("2026-07-01T02:00:00Z") };
const bytes = Uint8Array.from([137, 80, 78, 71]);
const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);

test("the newest look is in force, over what the configuration says, field by field", async () => {
  await rows(`update merchant set name = '商户名', brand = '{"name": "配置里的店名", "color": "#112233"}'`);
  expect(await readMerchant(pool())).toMatchObject({ name: "商户名", look: USUAL_LOOK });
  expect((await currentShopLook(pool())).version).toBe(0);
  await keepShopLook(pool(), { basedOn: 0, look: { ...USUAL_LOOK, color: "#d4380d" }, logoHash: null, ...who });
  expect((await readMerchant(pool())).brand).toEqual({ name: "配置里的店名", color: "#d4380d" });
  await keepLogo(pool(), { hash, bytes });
  const look = { ...USUAL_LOOK, name: "老张面馆", corners: "square" as const, thanks: "谢谢光临" };
  await keepShopLook(pool(), { basedOn: 1, look, logoHash: hash, ...who });
  expect(await readMerchant(pool())).toMatchObject({
    name: "老张面馆",
    brand: { name: "老张面馆", color: "#112233", logoUrl: `/api/shop-logo/${hash}.png` },
    look: { corners: "square", thanks: "谢谢光临" },
  });
  expect((await listShopLooks(pool(), 5)).map(({ version }) => version)).toEqual([2, 1]);
  expect((await findShopLook(pool(), 1))?.look.color).toBe("#d4380d");
  const audited = await rows("select actor, detail from audit_log where action = 'shop.look' order by id desc limit 1");
  expect(audited).toEqual([{ actor: who.by, detail: { version: 2, name: "老张面馆", color: "", logo: hash } }]);
});

test("of two changes made from the same version one is kept, and the other is told so", async () => {
  const { version } = await currentShopLook(pool());
  const change = (name: string) =>
    keepShopLook(pool(), { basedOn: version, look: { ...USUAL_LOOK, name }, logoHash: null, ...who });
  const results = await Promise.allSettled([change("甲"), change("乙"), change("丙")]);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results)
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict" });
  // Neither does one that skips ahead.
  await expect(
    keepShopLook(pool(), { basedOn: version + 5, look: USUAL_LOOK, logoHash: null, ...who }),
  ).rejects.toMatchObject({ code: "conflict" });
  expect((await currentShopLook(pool())).version).toBe(version + 1);
});

test("every process hears of a new look", async () => {
  const heard: string[] = [];
  const listener = await listen({
    url: database.url,
    channel: "order_changed",
    onNotice: (topic) => heard.push(topic),
  });
  const { version } = await currentShopLook(pool());
  await keepShopLook(pool(), { basedOn: version, look: USUAL_LOOK, logoHash: null, ...who });
  await expect.poll(() => heard).toEqual(["shop:look"]);
  await listener.close();
});

test("a logo is small, named by its content, and never changed", async () => {
  await keepLogo(pool(), { hash, bytes });
  expect(await readLogo(pool(), hash)).toEqual(bytes);
  expect(await readLogo(pool(), "0".repeat(32))).toBeNull();
  const refused = (sql: string) => expect(rows(sql)).rejects.toThrow();
  await refused(`insert into shop_logos (hash, bytes) values ('${"0".repeat(32)}', '\\x01')`);
  const large = createHash("sha256").update(Buffer.alloc(65_537)).digest("hex").slice(0, 32);
  await refused(`insert into shop_logos (hash, bytes) values ('${large}', decode(repeat('00', 65537), 'hex'))`);
  await refused(`update shop_logos set created_at = now()`);
  await refused("delete from shop_looks");
  await refused("truncate shop_looks");
  await refused(`insert into shop_looks (version, look, logo_hash, actor) values (99, '{}', '${"f".repeat(32)}', 'x')`);
});
