import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBackupStore } from "./compose-upkeep.ts";
import { ConfigurationProblem, readEnvironment } from "./config/environment.ts";
import { type S3Server, startS3Server } from "./ops/backups/testing/s3-server.ts";
import { type SftpServer, startSftpServer } from "./ops/backups/testing/sftp-server.ts";

// Goal: each BACKUP_… variable does what it says: a backup put into the store that they open arrives at that place, by that account.
// What is wrong or missing is refused by its name, at the start. Method: a real folder, a strict S3 and a real SSH server.

const ACCOUNT = { keyId: "AKIDEXAMPLE", secret: "a/secret+key", region: "cn-hangzhou", bucket: "shop-backups" };
const LOGIN = { user: "backup user", password: "right horse" };
let folder: string;
let s3: S3Server;
let sftp: SftpServer;
let keyFile: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-places-"));
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { format: "pem", type: "pkcs1" },
    privateKeyEncoding: { format: "pem", type: "pkcs1" },
  });
  keyFile = path.join(folder, "id_backup");
  await writeFile(keyFile, privateKey);
  s3 = await startS3Server(ACCOUNT);
  await mkdir(path.join(folder, "far"));
  sftp = await startSftpServer(path.join(folder, "far"), { ...LOGIN, privateKey });
});
afterAll(async () => {
  await sftp.close();
  await s3.close();
  await rm(folder, { recursive: true });
});

type Variables = Readonly<Record<string, string>>;

const read = (variables: Variables) =>
  readEnvironment({
    DATABASE_URL: "postgresql://postgres@127.0.0.1:5432/lingfu",
    MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    DATA_DIR: path.join(folder, "data"),
    ...variables,
  });

/** Puts one object into the place that the variables name. @returns what people are told of the place */
async function put(variables: Variables, name: string): Promise<string> {
  const store = openBackupStore(read(variables));
  try {
    await store.put(name, [Buffer.from("kept")] as unknown as AsyncIterable<Uint8Array>);
    return store.place;
  } finally {
    await store.close();
  }
}

const S3 = () => ({
  BACKUP_TO: "s3://shop-backups/one/",
  BACKUP_S3_ENDPOINT: s3.endpoint,
  BACKUP_S3_REGION: ACCOUNT.region,
  BACKUP_S3_KEY_ID: ACCOUNT.keyId,
  BACKUP_S3_SECRET: ACCOUNT.secret,
});
const SFTP = () => ({
  BACKUP_TO: `sftp://backup%20user@127.0.0.1:${sftp.port}/one%20place`,
  BACKUP_SFTP_HOST_KEY: `SHA256:${sftp.hostKey}`,
  BACKUP_SFTP_PASSWORD: LOGIN.password,
});
const without = ({ ...variables }: Record<string, string>, name: string) => {
  delete variables[name];
  return variables;
};

describe("where backups go", () => {
  test("without BACKUP_TO into the data folder; with it, into the folder that it names", async () => {
    expect(await put({}, "a.base")).toBe(path.join(folder, "data/backups"));
    expect(await readdir(path.join(folder, "data/backups"))).toEqual(["a.base"]);
    expect(await put({ BACKUP_TO: path.join(folder, "disk") }, "a.base")).toBe(path.join(folder, "disk"));
    expect(await readFile(path.join(folder, "disk/a.base"), "utf8")).toBe("kept");
  });

  test("into the bucket, below the prefix, by this key and this region", async () => {
    expect(await put(S3(), "b.base")).toBe("s3://shop-backups/one");
    expect(s3.objects.get("one/b.base")?.toString()).toBe("kept");
    await put({ ...S3(), BACKUP_TO: "s3://shop-backups" }, "c.base");
    expect([...s3.objects.keys()]).toEqual(["one/b.base", "c.base"]);
    for (const wrong of [
      { BACKUP_S3_REGION: "cn-beijing" },
      { BACKUP_S3_KEY_ID: "AKIDOTHER" },
      { BACKUP_S3_SECRET: "another" },
    ])
      await expect(put({ ...S3(), ...wrong }, "d.base"), JSON.stringify(wrong)).rejects.toThrow();
    // A region that is left out is `auto`, as many storages want it.
    await expect(put(without(S3(), "BACKUP_S3_REGION"), "d.base")).rejects.toThrow();
    expect(read(without(S3(), "BACKUP_S3_REGION")).backupPlace).toMatchObject({ region: "auto" });
    expect(s3.objects.size).toBe(2);
  });

  test("to the server by this account, by a password or by a key file, and only to the server with this key", async () => {
    const place = `sftp://backup user@127.0.0.1:${sftp.port}/one place`;
    expect(await put(SFTP(), "e.base")).toBe(place);
    const byKey = { ...without(SFTP(), "BACKUP_SFTP_PASSWORD"), BACKUP_SFTP_KEY_FILE: keyFile };
    expect(await put(byKey, "f.base")).toBe(place);
    // The fingerprint as `ssh-keygen -lf` prints it, or without its name.
    await put({ ...SFTP(), BACKUP_SFTP_HOST_KEY: sftp.hostKey }, "g.base");
    const arrived = path.join(folder, "far/one place");
    expect((await readdir(arrived)).toSorted()).toEqual(["e.base", "f.base", "g.base"]);
    expect(await readFile(path.join(arrived, "f.base"), "utf8")).toBe("kept");
    const otherKey = Buffer.alloc(32, 1).toString("base64").replace(/=$/, "");
    await expect(put({ ...SFTP(), BACKUP_SFTP_HOST_KEY: otherKey }, "h.base")).rejects.toThrow();
    await expect(put({ ...SFTP(), BACKUP_SFTP_PASSWORD: "wrong" }, "h.base")).rejects.toThrow();
    await expect(put({ ...byKey, BACKUP_SFTP_KEY_FILE: path.join(folder, "none") }, "h.base")).rejects.toThrow(
      "ENOENT",
    );
    expect(await readdir(arrived)).toHaveLength(3);
  });

  test("the port is 22 where none is named, and no secret is in what is printed", () => {
    const { backupPlace } = read({ ...SFTP(), BACKUP_TO: "sftp://me@store.example" });
    expect(backupPlace).toMatchObject({ kind: "sftp", host: "store.example", port: 22, user: "me", folder: "/" });
    expect(JSON.stringify([backupPlace, read(S3()).backupPlace])).not.toMatch(/right horse|a\/secret/);
  });
});

function problemsOf(variables: Variables): readonly string[] {
  try {
    read(variables);
  } catch (cause) {
    if (cause instanceof ConfigurationProblem) return cause.problems;
    throw cause;
  }
  return [];
}

describe("what is wrong is refused by its name", () => {
  test.each<[name: string, wrong: string]>([
    ["BACKUP_TO", "backups"],
    ["BACKUP_TO", "ftp://a@b/c"],
    ["BACKUP_TO", "s3://Bad_Bucket/x"],
    ["BACKUP_TO", "sftp://store.example/folder"],
    ["BACKUP_S3_ENDPOINT", "oss-cn-hangzhou.aliyuncs.com"],
    ["BACKUP_S3_ENDPOINT", "ftp://storage"],
    ["BACKUP_S3_REGION", "CN Hangzhou"],
    ["BACKUP_S3_KEY_ID", "x".repeat(201)],
    ["BACKUP_S3_SECRET", "x".repeat(201)],
    ["BACKUP_SFTP_HOST_KEY", "MD5:aa:bb"],
    ["BACKUP_SFTP_PASSWORD", "x".repeat(501)],
    ["BACKUP_SFTP_KEY_FILE", "id_ed25519"],
  ])("%s=%s", (name, wrong) => {
    // What a place of that kind needs besides may be missing as well.
    expect(problemsOf({ [name]: wrong })[0]).toMatch(new RegExp(`^${name} `));
  });

  test.each(["BACKUP_S3_ENDPOINT", "BACKUP_S3_KEY_ID", "BACKUP_S3_SECRET"])("%s is left out", (name) => {
    expect(problemsOf(without(S3(), name))).toEqual([`${name} is required with BACKUP_TO=s3://…`]);
    expect(problemsOf({ ...S3(), [name]: "" })).toEqual([`${name} is required with BACKUP_TO=s3://…`]);
  });

  test("a server without its fingerprint, or without a way in", () => {
    expect(problemsOf(without(SFTP(), "BACKUP_SFTP_HOST_KEY"))).toEqual([
      "BACKUP_SFTP_HOST_KEY is required with BACKUP_TO=sftp://…",
    ]);
    expect(problemsOf(without(SFTP(), "BACKUP_SFTP_PASSWORD"))).toEqual([
      "BACKUP_SFTP_PASSWORD or BACKUP_SFTP_KEY_FILE is required with BACKUP_TO=sftp://…",
    ]);
  });

  test("a password in BACKUP_TO, and it is in no message", () => {
    const problems = problemsOf({ BACKUP_TO: "sftp://me:hunter2@store.example/folder" }).join("\n");
    expect(problems).toContain("BACKUP_TO must be");
    expect(problems).not.toContain("hunter2");
  });
});
