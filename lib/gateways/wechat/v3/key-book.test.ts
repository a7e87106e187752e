// Goal: which key verifies and which encrypts, when certificates are fetched and when not, and what is said about it; to the
// millisecond, without a network.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { KeyStore, KeyUse } from "../../account.ts";
import { publicKeyFrom } from "../crypto/rsa.ts";
import {
  API_V3_KEY,
  APP_ID,
  MERCHANT,
  memoryKeyStore,
  NOW,
  newPlatformKey,
  type PlatformKey,
  PUBLIC_KEY_ID,
  publicKeyMode,
  publicPem,
  seal,
  signedHeaders,
  testClock,
  testLog,
} from "../testing/platform.ts";
import { type Download, usableCertificate } from "./download-certificates.ts";
import { createKeyBook, createKeyBooks, createVerifierKeys } from "./keys.ts";
import { readV3Notification } from "./read-notification.ts";

const inAWeek = newPlatformKey("11".repeat(20), new Date(NOW.getTime() + 7 * DAY_MS));
const inAMonth = newPlatformKey("22".repeat(20), new Date(NOW.getTime() + 30 * DAY_MS));
const inAYear = newPlatformKey("33".repeat(20), new Date(NOW.getTime() + 365 * DAY_MS));
const UNKNOWN = "0000F09EFDC096DE15EBE81A47057A7232F1B8E1";
const publicKey = { id: PUBLIC_KEY_ID, key: publicKeyFrom(publicPem(publicKeyMode.privateKey)) };
const isKeyOf = (key: unknown, of: PlatformKey) =>
  key !== null && (key as typeof publicKey.key).equals(publicKeyFrom(publicPem(of.privateKey)));

const offering = (...keys: PlatformKey[]): Download => ({
  kind: "certificates",
  certificates: keys.flatMap(({ certificatePem }) => usableCertificate(certificatePem, NOW) ?? []),
});

let clock = testClock();
let log = testLog();
beforeEach(() => {
  clock = testClock();
  log = testLog();
});

function keysOf(options: Partial<Parameters<typeof createVerifierKeys>[0]> & { answer?: Download } = {}) {
  const { answer = offering(inAYear), ...rest } = options;
  const download = vi.fn(async () => answer);
  const [book, uses] = [rest.book ?? createKeyBook(), [] as KeyUse[]];
  const keys = createVerifierKeys({
    ...{ accountId: "acc_1", merchantNumber: MERCHANT, publicKey: null, store: memoryKeyStore() },
    ...{ clock, log, download, onUse: (use: KeyUse) => void uses.push(use), ...rest, book },
  });
  return { keys, book, uses, downloads: () => download.mock.calls.length };
}

describe("the key to encrypt with", () => {
  test("is the public key where there is one, with its name", async () => {
    const { keys, downloads } = keysOf({ publicKey });
    expect(await keys.forEncryption()).toEqual({ serial: PUBLIC_KEY_ID, key: publicKey.key });
    expect(downloads()).toBe(0);
  });

  test("is else the certificate that lasts longest, of those that were kept", async () => {
    const kept = [inAWeek, inAYear, inAMonth].map(({ certificatePem }) => certificatePem);
    const { keys, downloads } = keysOf({ store: memoryKeyStore(kept) });
    const chosen = await keys.forEncryption();
    expect([chosen?.serial, isKeyOf(chosen?.key, inAYear)]).toEqual([inAYear.serial, true]);
    expect(downloads()).toBe(0);
  });

  test("is fetched where none was kept, or all have ended", async () => {
    const first = keysOf({ answer: offering(inAMonth) });
    expect(await first.keys.forEncryption()).toMatchObject({ serial: inAMonth.serial });
    const kept = memoryKeyStore([inAWeek.certificatePem]);
    const [ended, alone] = [offering(inAYear), { kind: "failed" as const, cause: "HTTP 500" }].map((answer) =>
      keysOf({ store: kept, answer }),
    );
    clock.move(7 * DAY_MS - 1);
    expect(await alone?.keys.forEncryption()).toMatchObject({ serial: inAWeek.serial });
    await ended?.keys.forEncryption();
    clock.move(1);
    expect(await alone?.keys.forEncryption()).toBeNull();
    expect(await ended?.keys.forEncryption()).toMatchObject({ serial: inAYear.serial });
  });
});

describe("when certificates are fetched", () => {
  test("by the clock after ten hours, whatever is asked for, and never in between", async () => {
    const { keys, downloads } = keysOf();
    await keys.refresh();
    clock.move(10 * HOUR_MS - 1);
    await keys.find(inAYear.serial);
    expect(downloads()).toBe(1);
    clock.move(1);
    await keys.find(inAYear.serial);
    expect(downloads()).toBe(2);
  });

  test("with a public key only for a certificate in use that ends within ten days", async () => {
    const stored = (key: PlatformKey) => memoryKeyStore([key.certificatePem]);
    const soon = keysOf({ publicKey, store: stored(inAWeek) });
    await soon.keys.find(PUBLIC_KEY_ID);
    await soon.keys.find(UNKNOWN);
    expect(soon.downloads()).toBe(0);
    await soon.keys.find(inAWeek.serial);
    expect(soon.downloads()).toBe(1);
    const later = keysOf({ publicKey, store: stored(inAMonth) });
    clock.move(20 * DAY_MS - 1);
    await later.keys.find(inAMonth.serial);
    expect(later.downloads()).toBe(0);
    clock.move(1);
    await later.keys.find(inAMonth.serial);
    expect(later.downloads()).toBe(1);
  });

  test("as the active account of the merchant has it, for all of its accounts", async () => {
    const retired = keysOf({ book: { ...createKeyBook(), byClock: false } });
    await retired.keys.find(UNKNOWN);
    expect(retired.downloads()).toBe(0);
    const withKey = keysOf({ publicKey, book: { ...createKeyBook(), byClock: true } });
    await withKey.keys.find(PUBLIC_KEY_ID);
    expect(withKey.downloads()).toBe(1);
  });

  test("for a serial that we do not know, ten seconds after the last try, twice as long after each that brought nothing", async () => {
    const { keys, book, downloads } = keysOf();
    await keys.refresh();
    expect([book.fruitless, book.nextTryAtMs - NOW.getTime()]).toEqual([0, 10 * SECOND_MS]);
    clock.move(10 * SECOND_MS - 1);
    await keys.findOrRefresh(UNKNOWN);
    expect(downloads()).toBe(1);
    clock.move(1);
    await keys.findOrRefresh(UNKNOWN);
    expect([downloads(), book.fruitless]).toEqual([2, 1]);
    expect(book.nextTryAtMs - clock.now().getTime()).toBe(10 * SECOND_MS);
    clock.move(10 * SECOND_MS);
    await keys.refresh();
    expect([downloads(), book.fruitless, book.nextTryAtMs - clock.now().getTime()]).toEqual([3, 2, 20 * SECOND_MS]);
  });

  test("one new certificate among known ones is news", async () => {
    const { keys, book } = keysOf({
      store: memoryKeyStore([inAMonth.certificatePem]),
      answer: offering(inAMonth, inAYear),
    });
    await keys.find(PUBLIC_KEY_ID);
    await keys.refresh();
    expect(book.fruitless).toBe(0);
    clock.move(10 * SECOND_MS);
    await keys.refresh();
    expect(book.fruitless).toBe(1);
  });

  test.each(["0123456", `${"a".repeat(64)}0`, "0123456g", "g0123456", "PUB_KEY_ID_01", ""])(
    "never for %j, which is no certificate's serial",
    async (serial) => {
      const { keys, downloads } = keysOf({ publicKey });
      expect(await keys.findOrRefresh(serial)).toBeNull();
      expect(downloads()).toBe(0);
    },
  );

  test.each(["01234567", "a".repeat(64), "ABCDEF0123"])("for %j, which may be one", async (serial) => {
    const { keys, downloads } = keysOf({ publicKey });
    expect(await keys.findOrRefresh(serial)).toBeNull();
    expect(downloads()).toBe(1);
  });

  test("once a minute where WeChat says that the merchant has none, which is no fault", async () => {
    const { keys, book } = keysOf({ answer: { kind: "none_for_us" } });
    await keys.refresh();
    expect(book.nextTryAtMs - NOW.getTime()).toBe(MINUTE_MS);
    expect(log.lines).toEqual([{ event: "gateway.keys.none", fields: { accountId: "acc_1" } }]);
  });
});

describe("what is logged", () => {
  test("a download that failed, with its cause", async () => {
    await keysOf({ answer: { kind: "failed", cause: "HTTP 500" } }).keys.refresh();
    expect(log.lines).toEqual([{ event: "gateway.keys.failed", fields: { accountId: "acc_1", cause: "HTTP 500" } }]);
  });

  test("one that threw, and then the next one is made", async () => {
    const cause = new Error("unforeseen");
    const download = vi.fn(async (): Promise<Download> => Promise.reject(cause));
    const { keys, book } = keysOf({ download });
    await keys.refresh();
    expect(log.lines).toEqual([{ event: "gateway.keys.failed", fields: { accountId: "acc_1", cause } }]);
    expect(book.running).toBeNull();
    clock.move(10 * SECOND_MS);
    await keys.refresh();
    expect(download).toHaveBeenCalledTimes(2);
  });

  test("a store that cannot be read or written", async () => {
    const cause = new Error("down");
    const store: KeyStore = { load: () => Promise.reject(cause), save: () => Promise.reject(cause) };
    const { keys } = keysOf({ store });
    await keys.find(UNKNOWN);
    expect(log.lines[0]).toEqual({ event: "gateway.keys.unreadable", fields: { accountId: "acc_1", cause } });
    await keys.refresh();
    expect(log.lines.at(-1)).toEqual({ event: "gateway.keys.unsaved", fields: { accountId: "acc_1", cause } });
    expect(isKeyOf(await keys.find(inAYear.serial), inAYear)).toBe(true);
  });
});

describe("the store", () => {
  test("is read once, and again for an unknown serial after a second", async () => {
    const load = vi.fn(async () => [] as string[]);
    const { keys } = keysOf({ publicKey, store: { load, save: async () => {} } });
    await Promise.all([keys.find(UNKNOWN), keys.find(PUBLIC_KEY_ID)]);
    clock.move(SECOND_MS - 1);
    await keys.findOrRefresh(UNKNOWN);
    expect(load).toHaveBeenCalledTimes(1);
    clock.move(1);
    await keys.findOrRefresh(UNKNOWN);
    expect(load.mock.calls).toEqual([["acc_1"], ["acc_1"]]);
  });

  test("is not read again for a serial that is known, and what it brings for another is used without a download", async () => {
    const kept = [inAMonth.certificatePem];
    const load = vi.fn(async () => kept);
    const { keys, downloads } = keysOf({ publicKey, store: { load, save: async () => {} } });
    await keys.findOrRefresh(inAMonth.serial);
    clock.move(MINUTE_MS);
    expect(isKeyOf(await keys.findOrRefresh(inAMonth.serial), inAMonth)).toBe(true);
    expect(load).toHaveBeenCalledTimes(1);
    kept.push(inAYear.certificatePem);
    expect(isKeyOf(await keys.findOrRefresh(inAYear.serial), inAYear)).toBe(true);
    expect([load.mock.calls.length, downloads()]).toEqual([2, 0]);
  });

  test("does not replace what was downloaded", async () => {
    const store: KeyStore = { load: async () => [inAMonth.certificatePem], save: async () => {} };
    const { keys, book } = keysOf({ store });
    await keys.refresh();
    await keys.find(UNKNOWN);
    expect([...book.certificates.keys()].toSorted()).toEqual([inAMonth.serial, inAYear.serial]);
    clock.move(30 * DAY_MS);
    expect(await keys.find(inAMonth.serial)).toBeNull();
  });
});

test("each use of a key is told with its kind and its moment", () => {
  const { keys, uses } = keysOf({ publicKey });
  keys.noteUse(PUBLIC_KEY_ID, "notice");
  keys.noteUse(inAYear.serial, "answer");
  const use = { merchantNumber: MERCHANT, at: NOW };
  expect(uses).toEqual([
    { ...use, serial: PUBLIC_KEY_ID, kind: "public_key", via: "notice" },
    { ...use, serial: inAYear.serial, kind: "certificate", via: "answer" },
  ]);
  expect(keysOf({ onUse: undefined }).keys.noteUse(PUBLIC_KEY_ID, "notice")).toBeUndefined();
});

test("a notice that was accepted tells which key verified it, and one that was rejected tells nothing", async () => {
  const { keys, uses } = keysOf({ publicKey });
  const reader = {
    accountId: "acc_1",
    appId: APP_ID,
    merchantNumber: MERCHANT,
    apiV3Key: new Secret(API_V3_KEY),
    keys,
  };
  const body = JSON.stringify({ id: "EV-1", event_type: "COUPON.USE", resource: seal("{}") });
  const read = (signed: string) => {
    const headers = new Headers(signedHeaders(publicKeyMode, signed));
    return readV3Notification({ headers, body: Buffer.from(body) }, [reader], NOW);
  };
  expect(await read(`${body} `)).toMatchObject({ kind: "rejection" });
  expect(uses).toEqual([]);
  expect(await read(body)).toMatchObject({ kind: "other", type: "COUPON.USE" });
  expect(uses).toMatchObject([{ serial: PUBLIC_KEY_ID, via: "notice" }]);
});

test("one book for a merchant at an address, and another for each other merchant and address", () => {
  const bookOf = createKeyBooks();
  const account = { apiBase: "https://a.example", merchantNumber: "1" };
  expect(bookOf({ ...account })).toBe(bookOf({ ...account }));
  const others = [account, { ...account, merchantNumber: "2" }, { ...account, apiBase: "https://b.example" }].map(
    bookOf,
  );
  expect(new Set(others).size).toBe(3);
});
