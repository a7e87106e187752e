import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { openDatabase } from "./client.ts";
import { brokenUnique, violatedConstraint } from "./errors.ts";
import { inPrismaTransaction, viaPrisma } from "./transaction.ts";

// Goal: Prisma's statements and ours take part in one transaction, and fail with the same errors.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ poolSize: 1, answerTimeoutMs: 1_000 });
});
afterAll(() => database.close());

const person = (id: string, email = `${id}@shop.example`) => ({
  id: `adm_${id}`,
  email,
  role: "owner",
  passwordHash: "$scrypt$x",
  createdAt: new Date(),
});
const emails = async () =>
  (await viaPrisma(database.pool, (prisma) => prisma.adminUser.findMany({ orderBy: { email: "asc" } }))).map(
    ({ email }) => email,
  );

test("both kinds of statement commit together, and are taken back together", async () => {
  const both = (fails: boolean) =>
    inPrismaTransaction(database.pool, async ({ prisma, client }) => {
      await prisma.adminUser.create({ data: person("01") });
      const { rows } = await client.query("select email from admin_users");
      expect(rows).toEqual([{ email: "01@shop.example" }]);
      await client.query("update admin_users set email = 'changed@shop.example'");
      expect(await prisma.adminUser.findMany({ select: { email: true } })).toEqual([{ email: "changed@shop.example" }]);
      if (fails) throw new Error("after all not");
    });
  await expect(both(true)).rejects.toThrow("after all not");
  expect(await emails()).toEqual([]);
  await both(false);
  expect(await emails()).toEqual(["changed@shop.example"]);
});

test("another copy of this code in the same process takes part with the client that is there", async () => {
  await database.prisma();
  vi.resetModules();
  const copy = await import("./transaction.ts");
  expect(copy.inPrismaTransaction).not.toBe(inPrismaTransaction);
  const rows = await copy.inPrismaTransaction(database.pool, async ({ client }) => {
    return (await client.query("select 1 as one")).rows;
  });
  expect(rows).toEqual([{ one: 1 }]);
});

test("transactions at the same moment keep their own connections", async () => {
  const many = openDatabase({ url: database.url, poolSize: 4 });
  const pids = await Promise.all(
    Array.from({ length: 4 }, () =>
      inPrismaTransaction(many.pool, async ({ prisma, client }) => {
        const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid, pg_sleep(0.1)");
        const theirs = await prisma.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
        expect(theirs[0]?.pid).toBe(rows[0]?.pid);
        return rows[0]?.pid;
      }),
    ),
  );
  expect(new Set(pids).size).toBe(4);
  await many.close();
});

test("a violated constraint keeps its name, and the connection can be used again", async () => {
  const twice = await viaPrisma(database.pool, (prisma) =>
    prisma.adminUser.create({ data: person("02", "changed@shop.example") }),
  ).catch((cause: unknown) => cause);
  expect(brokenUnique(twice)).toBe("admin_users_email_key");
  const lastOwner = await inPrismaTransaction(database.pool, ({ prisma }) =>
    prisma.adminUser.updateMany({ data: { disabledAt: new Date() } }),
  ).catch((cause: unknown) => cause);
  expect(violatedConstraint(lastOwner)).toBe("admin_owner_left");
  expect(await emails()).toEqual(["changed@shop.example"]);
});

test("a deferred constraint keeps its name as well", async () => {
  await database.pool.query(`
    create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'not today' using errcode = 'check_violation', constraint = 'not_today'; end $$;
    create constraint trigger refuse after insert on heartbeats deferrable initially deferred
      for each row execute function refuse();`);
  const refused = await inPrismaTransaction(database.pool, ({ prisma }) =>
    prisma.heartbeat.create({ data: { process: "worker:a", seenAt: new Date() } }),
  ).catch((cause: unknown) => cause);
  expect(violatedConstraint(refused)).toBe("not_today");
  expect(await viaPrisma(database.pool, (prisma) => prisma.heartbeat.count())).toBe(0);
});

test("a deadlock or a serialisation failure runs the transaction again", async () => {
  let runs = 0;
  await inPrismaTransaction(database.pool, async ({ prisma, client }) => {
    runs++;
    if (runs < 3) await client.query("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
    await prisma.adminUser.count();
  });
  runs = 0;
  await inPrismaTransaction(database.pool, async ({ prisma }) => {
    runs++;
    if (runs < 3) await prisma.$executeRaw`do $$ begin raise exception 'again' using errcode = '40P01'; end $$`;
  });
  expect(runs).toBe(3);
});

test.each(["25006", "53100", "57P01"])("%s says that nothing can be stored or reached", async (code) => {
  const sql = `do $$ begin raise exception 'no' using errcode = '${code}'; end $$`;
  await expect(viaPrisma(database.pool, (prisma) => prisma.$executeRawUnsafe(sql))).rejects.toMatchObject({
    code: "unavailable",
  });
  await expect(inPrismaTransaction(database.pool, ({ prisma }) => prisma.$executeRawUnsafe(sql))).rejects.toMatchObject(
    { code: "unavailable" },
  );
});

test("a server that cannot be reached is unavailable", async () => {
  const nowhere = openDatabase({ url: "postgres://nobody@127.0.0.1:1/none" });
  const unavailable = { code: "unavailable" };
  await expect(viaPrisma(nowhere.pool, (prisma) => prisma.adminUser.count())).rejects.toMatchObject(unavailable);
  await expect(inPrismaTransaction(nowhere.pool, ({ prisma }) => prisma.adminUser.count())).rejects.toMatchObject(
    unavailable,
  );
  await nowhere.close();
});

test("a statement without an answer is given up, and its connection with it", async () => {
  await expect(viaPrisma(database.pool, (prisma) => prisma.$executeRaw`select pg_sleep(5)`)).rejects.toMatchObject({
    code: "unavailable",
  });
  await expect(
    inPrismaTransaction(database.pool, ({ prisma }) => prisma.$executeRaw`select pg_sleep(5)`),
  ).rejects.toMatchObject({ code: "unavailable" });
  await expect(
    inPrismaTransaction(database.pool, ({ client }) => client.query("select pg_sleep(5)")),
  ).rejects.toMatchObject({ code: "unavailable" });
  expect(await emails()).toEqual(["changed@shop.example"]);
});
