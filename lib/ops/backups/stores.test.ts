import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { s3Store } from "./s3-store.ts";
import { sftpStore } from "./sftp-store.ts";
import { type BackupStore, folderStore } from "./store.ts";
import { type S3Server, startS3Server } from "./testing/s3-server.ts";
import { type SftpServer, startSftpServer } from "./testing/sftp-server.ts";

// Goal: the three places keep the same promises: an object is there when it is whole, a taken name is not replaced unasked, and a stop
// in the middle leaves nothing that counts. Method: a real folder, a strict S3 that checks signatures, a real SSH server.

const ACCOUNT = { keyId: "AKIDEXAMPLE", secret: "a/secret+key", region: "cn-hangzhou", bucket: "shop-backups" };
const LOGIN = { user: "backup", password: "right horse" };
let folder: string;
let s3: S3Server;
let sftp: SftpServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-stores-"));
  s3 = await startS3Server(ACCOUNT);
  sftp = await startSftpServer(folder, LOGIN);
});
afterAll(async () => {
  await sftp.close();
  await s3.close();
  await rm(folder, { recursive: true });
});

const bucket = (more: object = {}) =>
  s3Store({ ...ACCOUNT, secret: new Secret(ACCOUNT.secret), endpoint: s3.endpoint, prefix: "lingfu/one", ...more });
const server = (more: object = {}) =>
  sftpStore({
    ...{ host: "127.0.0.1", port: sftp.port, user: LOGIN.user, folder: "/far/away", hostKey: sftp.hostKey },
    ...{ password: new Secret(LOGIN.password), keyFile: null, ...more },
  });
/** With how many megabytes: more than a part of S3, and more than one message elsewhere. */
const STORES: readonly [string, number, () => BackupStore][] = [
  ["a folder", 3, () => folderStore(path.join(folder, "near"))],
  ["S3", 18, () => bucket()],
  ["SFTP", 1, () => server()],
];

async function* of(...pieces: readonly (Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (piece instanceof Error) throw piece;
    yield piece;
  }
}

async function read(store: BackupStore, name: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.get(name)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.each(STORES)("%s", (_, megabytes, openStore) => {
  let store: BackupStore;
  beforeAll(() => {
    store = openStore();
  });
  afterAll(() => store.close());

  test("what was put comes back, small, empty and larger than a part", async () => {
    const large = Array.from({ length: megabytes }, () => randomBytes(1_048_576));
    expect(await store.put("large.base", of(...large))).toBe(megabytes * 1_048_576);
    expect((await read(store, "large.base")).equals(Buffer.concat(large))).toBe(true);
    expect(await store.put("empty.base", of())).toBe(0);
    expect((await read(store, "empty.base")).length).toBe(0);
    expect(await store.put("log/ab/20261130/1-2.log", of(Buffer.from("x")))).toBe(1);
    expect((await read(store, "log/ab/20261130/1-2.log")).toString()).toBe("x");
  });

  test("lists what lies in one folder, and the folders in it", async () => {
    expect((await store.list("")).map(({ name, bytes }) => [name, bytes]).toSorted()).toEqual([
      ["empty.base", 0],
      ["large.base", megabytes * 1_048_576],
    ]);
    expect(await store.folders("log")).toEqual(["ab"]);
    expect((await store.list("log/ab/20261130")).map(({ name }) => name)).toEqual(["log/ab/20261130/1-2.log"]);
    expect(await store.list("nowhere")).toEqual([]);
    expect(await store.folders("nowhere")).toEqual([]);
  });

  test("a taken name is left as it is, unless it may be replaced", async () => {
    await store.put("name.base", of(Buffer.from("mine")));
    await expect(store.put("name.base", of(Buffer.from("theirs")))).rejects.toMatchObject({ code: "conflict" });
    expect((await read(store, "name.base")).toString()).toBe("mine");
    await store.put("name.base", of(Buffer.from("new")), { overwrite: true });
    expect((await read(store, "name.base")).toString()).toBe("new");
    await store.remove("name.base");
    await store.remove("name.base");
    expect((await store.list("")).map(({ name }) => name)).not.toContain("name.base");
  });

  test("a source that fails in the middle leaves nothing that counts", async () => {
    const whole = Array.from({ length: megabytes }, () => randomBytes(1_048_576));
    const half = of(...whole, new Error("the database went away"));
    await expect(store.put("half.base", half)).rejects.toThrow("the database went away");
    expect((await store.list("")).map(({ name }) => name)).not.toContain("half.base");
    expect(s3.uploads.size).toBe(0);
  });

  test("what is not there is an error, and no empty object", async () => {
    await expect(read(store, "absent.base")).rejects.toThrow();
  });
});

test("more objects than one answer of S3 holds are all listed", async () => {
  const store = bucket({ prefix: "many" });
  for (let number = 0; number < 1_500; number++) s3.objects.set(`many/log/a/b/${number}.log`, Buffer.of(1));
  expect(await store.list("log/a/b")).toHaveLength(1_500);
  expect(await store.folders("log")).toEqual(["a"]);
});

test("wrong keys of S3 are refused, and neither they nor the right ones are in the message", async () => {
  const refused = bucket({ secret: new Secret("wrong-secret") }).put("x.base", of(Buffer.of(1)));
  const cause = await refused.then(
    () => null,
    (found: Error) => found,
  );
  expect(cause).toBeInstanceOf(Error);
  expect(`${cause?.message} ${cause?.stack}`).not.toMatch(/wrong-secret|a\/secret/);
});

test("a connection to S3 that breaks in a part fails the backup and is not taken for one", async () => {
  s3.failNext("PUT");
  const large = of(...Array.from({ length: 17 }, () => randomBytes(1_048_576)));
  await expect(bucket().put("broken.base", large)).rejects.toThrow();
  expect((await bucket().list("")).map(({ name }) => name)).not.toContain("broken.base");
});

test("a server with another key is not spoken to; a wrong password is refused", async () => {
  const other = server({ hostKey: randomBytes(32).toString("base64").replace(/=$/, "") });
  await expect(other.list("")).rejects.toThrow();
  const wrong = server({ password: new Secret("wrong") });
  const cause = await wrong.list("").then(
    () => null,
    (found: Error) => found,
  );
  expect(cause).toBeInstanceOf(Error);
  expect(cause?.message).not.toContain("wrong");
});

test("a server that is not there, and a key that is none, are errors", async () => {
  const closed = await startSftpServer(folder, LOGIN);
  await closed.close();
  await expect(server({ port: closed.port }).list("")).rejects.toThrow("ECONNREFUSED");
  const keyFile = path.join(folder, "no-key");
  await writeFile(keyFile, "no key");
  await expect(server({ password: null, keyFile }).list("")).rejects.toThrow(/privateKey/);
});

test("a connection by SFTP that breaks in the middle leaves a part that does not count, and the next try begins anew", async () => {
  const store = server({ folder: "/broken" });
  sftp.breakAfter(3);
  const pieces = Array.from({ length: 10 }, () => randomBytes(30_000));
  await expect(store.put("name.base", of(...pieces))).rejects.toThrow();
  sftp.breakAfter(Number.POSITIVE_INFINITY);
  expect(await store.list("")).toEqual([]);
  await store.put("name.base", of(...pieces));
  expect((await store.list("")).map(({ name, bytes }) => [name, bytes])).toEqual([["name.base", 300_000]]);
  expect(await readdir(path.join(folder, "broken"))).toEqual(["name.base"]);
  await store.close();
});

test("a server by SFTP that stays connected and answers no more is hung up on", async () => {
  const store = server({ folder: "/silent", answerMs: 500 });
  sftp.fallSilentAfter(3);
  const pieces = Array.from({ length: 10 }, () => randomBytes(30_000));
  await expect(store.put("name.base", of(...pieces))).rejects.toThrow("No response from server");
  sftp.fallSilentAfter(Number.POSITIVE_INFINITY);
  expect(await store.list("")).toEqual([]);
  await store.close();
});

test("a server by SFTP that is not waited for is not hung up on, however slow the content and its reader are", async () => {
  const store = server({ folder: "/slow", answerMs: 500 });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_100));
  async function* slow() {
    yield randomBytes(1_000);
    await pause();
    yield randomBytes(1_000);
  }
  await store.put("name.base", slow());
  let bytes = 0;
  for await (const piece of store.get("name.base")) {
    bytes += piece.length;
    await pause();
  }
  expect(bytes).toBe(2_000);
  await store.close();
});
