import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { LIST_VIEWS_PER_PERSON_MAX } from "#lib/base/limits.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { chooseColumns, chooseDefaultView, readOwnList, removeView, saveView } from "./list-views.ts";

// Goal: views belong to who saved them, are seen by the team only when shared, and leave nobody with a default that is gone.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(`insert into admin_users (id, email, role, password_hash, created_at)
    values ('usr_li', 'li@shop.test', 'owner', '$scrypt$x', now()), ('usr_wang', 'wang@shop.test', 'clerk', '$scrypt$x', now())`);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("delete from list_settings");
  await database.pool.query("delete from list_views");
});

const at = new Date("2026-11-30T04:00:00Z");
let made = 0;
const save = (userId: string, name: string, more: Partial<Parameters<typeof saveView>[1]> = {}) =>
  saveView(database.pool, {
    id: `viw_${++made}`,
    ...{ list: "orders", userId, name, query: `q=${made}`, shared: false, isDefault: false, at },
    ...more,
  });
const own = (userId: string, list: "orders" | "refunds" = "orders") => readOwnList(database.pool, { list, userId });
const names = async (userId: string) => (await own(userId)).views.map(({ name }) => name);
const idOf = async (userId: string, name: string) =>
  (await own(userId)).views.find((each) => each.name === name)?.id ?? "";

test("one sees one's own views and what the team shares, of that list", async () => {
  await save("usr_li", "乙");
  await save("usr_li", "甲", { shared: true });
  await save("usr_wang", "丙");
  await save("usr_wang", "退款", { list: "refunds", shared: true });
  expect((await names("usr_li")).toSorted()).toEqual(["乙", "甲"].toSorted());
  expect(await names("usr_wang")).toEqual(["丙", "甲"]);
  expect((await own("usr_wang")).views[1]).toMatchObject({
    shared: true,
    ownerEmail: "li@shop.test",
    query: `q=${made - 2}`,
  });
  expect((await own("usr_li", "refunds")).views.map(({ name }) => name)).toEqual(["退款"]);
});

test("a view of the same name is replaced and stays the default it was", async () => {
  await save("usr_li", "本月", { isDefault: true });
  const before = await own("usr_li");
  await save("usr_li", "本月", { query: "status=paid", shared: true });
  const after = await own("usr_li");
  expect(after.views).toMatchObject([{ id: before.defaultViewId, query: "status=paid", shared: true }]);
  expect(after.defaultViewId).toBe(before.defaultViewId);
});

test("who has as many as there may be saves no other, not two at once either", async () => {
  for (let nth = 1; nth < LIST_VIEWS_PER_PERSON_MAX; nth++) expect(await save("usr_li", `视图 ${nth}`)).toBe(true);
  const last = await Promise.all([save("usr_li", "一"), save("usr_li", "二"), save("usr_li", "三")]);
  expect(last.filter(Boolean)).toHaveLength(1);
  expect(await save("usr_li", "视图 1", { query: "status=closed" })).toBe(true);
  expect(await save("usr_wang", "别人")).toBe(true);
  expect(await names("usr_li")).toHaveLength(LIST_VIEWS_PER_PERSON_MAX);
});

test("a view is removed by its own person, and a shared one by an owner; it is no one's default then", async () => {
  await save("usr_wang", "共享", { shared: true });
  await save("usr_wang", "自己的");
  await save("usr_li", "别人的");
  const [shared, private_] = [await idOf("usr_wang", "共享"), await idOf("usr_wang", "自己的")];
  expect(await chooseDefaultView(database.pool, { list: "orders", userId: "usr_li", viewId: shared })).toEqual({
    name: "共享",
  });
  const remove = (userId: string, viewId: string, ofOthers: boolean) =>
    removeView(database.pool, { list: "orders", userId, viewId, ofOthers });
  expect(await remove("usr_wang", await idOf("usr_li", "别人的"), false)).toBeNull();
  expect(await remove("usr_li", private_, true)).toBeNull();
  expect(await remove("usr_li", shared, false)).toBeNull();
  expect((await own("usr_li")).defaultViewId).toBe(shared);
  expect(await remove("usr_li", shared, true)).toBe("共享");
  expect((await own("usr_li")).defaultViewId).toBeNull();
  expect(await remove("usr_wang", private_, false)).toBe("自己的");
  expect(await names("usr_wang")).toEqual([]);
});

test("only a view that one sees can be one's default, and one that is shared no more is none", async () => {
  await save("usr_wang", "自己的");
  const viewId = await idOf("usr_wang", "自己的");
  const choose = (userId: string, id: string | null) =>
    chooseDefaultView(database.pool, { list: "orders", userId, viewId: id });
  expect(await choose("usr_li", viewId)).toBeNull();
  await save("usr_wang", "自己的", { shared: true });
  expect(await choose("usr_li", viewId)).not.toBeNull();
  expect((await own("usr_li")).defaultViewId).toBe(viewId);
  await save("usr_wang", "自己的", { shared: false });
  expect((await own("usr_li")).defaultViewId).toBeNull();
  expect(await choose("usr_wang", viewId)).not.toBeNull();
  expect(await choose("usr_wang", null)).toEqual({ name: "" });
  expect((await own("usr_wang")).defaultViewId).toBeNull();
});

test("columns are one's own, list by list", async () => {
  await chooseColumns(database.pool, { list: "orders", userId: "usr_li", columns: ["number", "amount"] });
  expect((await own("usr_li")).columns).toEqual(["number", "amount"]);
  expect((await own("usr_li", "refunds")).columns).toEqual([]);
  expect((await own("usr_wang")).columns).toEqual([]);
  await chooseColumns(database.pool, { list: "orders", userId: "usr_li", columns: [] });
  expect((await own("usr_li")).columns).toEqual([]);
});
