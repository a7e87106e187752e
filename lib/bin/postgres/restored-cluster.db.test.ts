import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { verifyBase, writeBase } from "#lib/ops/backups/base-file.ts";
import { coverage, type LogPiece, listLog, removeLogBefore, shipLog, verifyLog } from "#lib/ops/backups/log-stream.ts";
import { concludeServer, fillServer } from "#lib/ops/backups/restore-base.ts";
import { folderStore } from "#lib/ops/backups/store.ts";
import { systemClock as clock } from "#lib/ops/system-clock.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { withLog } from "#lib/storage/operations/write-ahead-log.ts";
import { installedMajor, restoreCluster } from "./restored-cluster.mjs";
import { attachPostgres, type PostgresServer, startPostgres } from "./start-postgres.mjs";

// Goal: a server whose folder is gone comes back as it was at the last piece of its log, or at a moment before; what was damaged, cut
// or is missing is refused or said, and never taken for a good backup.

const seal = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
// Whole servers are started and recovered, and CI may be busy.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const STREAM = "0123456789abcdef";
const NAME = "lingfu-20260101-000000-1.base";
let folder: string;
let server: PostgresServer;
const store = () => folderStore(path.join(folder, "store"));
const point = (until: Date | null = null) => ({ store: store(), name: NAME, seals: [seal], until });

async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

const note = (text: string) => ask(server.url(), `insert into audit_log (actor, action) values ('test', '${text}')`);
const noted = async (url: string) =>
  (await ask<{ action: string }>(url, "select action from audit_log where actor = 'test' order by id")).map(
    ({ action }) => action,
  );
const ship = () =>
  shipLog({ superuserUrl: server.cluster().superuserUrl, store: store(), seal: async () => seal, clock });

async function newFolder(name: string): Promise<string> {
  const made = await mkdtemp(path.join(folder, `${name}-`));
  await chmod(made, 0o755);
  return made;
}

/** A server of the base and its log; stopped after the test. */
async function restored(until: Date | null = null): Promise<string[]> {
  const dataDir = await newFolder("restored");
  const fill = async (into: string) =>
    (await fillServer(point(until), { folder: into, postgres: installedMajor() })).secrets;
  const found = await restoreCluster({ dataDir, durable: false, fill, target: until });
  try {
    return await noted(found.url());
  } finally {
    await found.stop();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-base-"));
  await chmod(folder, 0o755);
  server = await startPostgres({ dataDir: await newFolder("live"), durable: true });
  await migrate(server.url());
  await note("before the base");
  const { superuserUrl } = server.cluster();
  await withLog(superuserUrl, (log) => log.begin(STREAM));
  const options = { cluster: server.cluster(), store: store(), name: NAME, stream: STREAM, seal };
  await writeBase({ ...options, mode: "real", previousKeyId: null }, clock);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test("a base with the log that follows is the server of the last turn", async () => {
  await note("after the base");
  expect(await ship()).toMatchObject({ bytes: expect.any(Number) });
  // More than a segment of the log.
  await ask(
    server.url(),
    "create table filler as select repeat(md5(i::text), 40) as t from generate_series(1, 2000) i",
  );
  await ask(server.cluster().superuserUrl, "select pg_switch_wal()");
  await note("later");
  expect(await ship()).toMatchObject({ bytes: expect.any(Number) });
  await note("not kept any more");
  expect(await restored()).toEqual(["before the base", "after the base", "later"]);
});

test("at a moment: what was committed before it and nothing after it", async () => {
  await note("kept");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const moment = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await note("regretted");
  await ship();
  const found = await restored(moment);
  expect(found).toContain("kept");
  expect(found).not.toContain("regretted");
  const later = new Date(moment.getTime() + 3_600_000);
  await expect(restored(later)).rejects.toThrow("what was kept ends at");
  await expect(restored(new Date(0))).rejects.toThrow("choose an earlier base");
});

test("nothing of it is in the clear, and its owner alone may read it", async () => {
  const files = (await readdir(path.join(folder, "store"), { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(2);
  for (const { parentPath, name } of files) {
    const bytes = await readFile(path.join(parentPath, name));
    expect(bytes.includes("before the base"), name).toBe(false);
    expect(bytes.subarray(0, 16).toString("latin1")).toBe("lingfu-sealed 1 ");
  }
});

test("a base that is damaged is refused by the check and by the restore; no cluster is left", async () => {
  const file = path.join(folder, "store", NAME);
  const clusters = async () => {
    const within = (await readdir(folder)).map(async (name) => (await readdir(path.join(folder, name))).join());
    return (await Promise.all(within)).filter((names) => names.includes("cluster.restored"));
  };
  const before = await clusters();
  const whole = await readFile(file);
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
  expect(await verifyBase(point())).toMatchObject({ mode: "real", stream: STREAM });
  for (const bytes of [whole.subarray(0, whole.length - 1), whole.subarray(0, 1_048_576), flipped]) {
    await writeFile(file, bytes);
    await expect(verifyBase(point())).rejects.toMatchObject({ code: "invalid_request" });
    await expect(restored()).rejects.toMatchObject({ code: "invalid_request" });
  }
  await writeFile(file, whole);
  expect(await clusters()).toEqual(before);
});

test("a piece of the log that is damaged, of another place or missing is found", async () => {
  const pieces = await listLog(store(), STREAM);
  expect(pieces.length).toBeGreaterThan(2);
  const [first, second] = pieces.map(({ name }) => path.join(folder, "store", name));
  const [one, other] = [await readFile(first ?? ""), await readFile(second ?? "")];
  const check = () => verifyLog(pieces, { store: store(), seals: [seal], stream: STREAM, timeline: 1 });
  await check();
  await writeFile(first ?? "", other);
  await expect(check()).rejects.toThrow("another piece of the log");
  await writeFile(first ?? "", one.subarray(0, one.length - 5));
  await expect(check()).rejects.toMatchObject({ code: "invalid_request" });
  await rm(first ?? "");
  const dataDir = await newFolder("gap");
  const filled = await fillServer(point(), { folder: dataDir, postgres: installedMajor() });
  expect(filled).toMatchObject({ hasGap: true, pieces: 0 });
  await writeFile(first ?? "", one);
});

test("two servers of one base do not share a log, and a stream that was lost says so", async () => {
  expect(await withLog(server.cluster().superuserUrl, (log) => log.position())).toMatchObject({ stream: STREAM });
  const dataDir = await newFolder("second");
  const fill = async (into: string) =>
    (await fillServer(point(), { folder: into, postgres: installedMajor() })).secrets;
  let access: unknown;
  await restoreCluster({
    ...{ dataDir, durable: true, fill },
    async finish(found) {
      expect(await withLog(found.cluster().superuserUrl, (log) => log.position())).toBeNull();
      access = await concludeServer(found.superuserUrl(), { upTo: new Date(), ended: [] }, clock);
    },
  });
  expect(access).toMatchObject({ sessions: 0 });
  expect(await attachPostgres({ dataDir })).toBeUndefined();
  const again = await startPostgres({ dataDir, durable: true });
  expect(await noted(again.url())).toContain("regretted");
  await note("only in the first");
  await again.stop();
  await expect(restoreCluster({ dataDir, durable: true, fill })).rejects.toThrow("already");
});

test("two at once: one ships, the other says that it is busy", async () => {
  const both = await withLog(server.cluster().superuserUrl, () => ship());
  expect(both).toBe("busy");
  expect(await ship()).toMatchObject({ bytes: expect.any(Number) });
});

const piece = (from: number, to: number, at = 0): LogPiece => ({
  ...{ name: `${from}`, from: BigInt(from), to: BigInt(to), bytes: 1, at: new Date(at) },
});

test("pieces count as far as they follow one another", () => {
  const names = (pieces: readonly LogPiece[]) => pieces.map(({ name }) => name);
  const following = coverage([piece(0, 5), piece(3, 9), piece(9, 12)], 4n, null);
  expect([names(following.pieces), following.hasGap]).toEqual([["0", "3", "9"], false]);
  const broken = coverage([piece(0, 5), piece(6, 9)], 0n, null);
  expect([names(broken.pieces), broken.hasGap]).toEqual([["0"], true]);
  const early = coverage([piece(0, 5, 10), piece(5, 9, 20), piece(9, 12, 30)], 0n, new Date(15));
  expect(names(early.pieces)).toEqual(["0", "5"]);
});

test("what is older than the oldest base that is kept goes", async () => {
  const before = await listLog(store(), STREAM);
  const kept = before.at(-1);
  expect(await removeLogBefore(store(), new Date(kept?.at.getTime() ?? 0))).toBeGreaterThan(0);
  expect((await listLog(store(), STREAM)).every(({ at }) => at >= (kept?.at ?? 0))).toBe(true);
});
