// Goal: accounts and processes share what they know of WeChat's keys, and other callers cannot make us download for nothing.
import { expect, test, vi } from "vitest";
import type { V3Credentials } from "#lib/base/account-credentials.ts";
import { DAY_MS, SECOND_MS } from "#lib/base/time.ts";
import type { KeyStore } from "../../account.ts";
import {
  certificatesBody,
  credentialsFor,
  inPublicKeyMode,
  memoryKeyStore,
  NOW,
  newPlatformKey,
  type PlatformKey,
  PUBLIC_KEY_ID,
  type Scripted,
  signedHeaders,
  testClock,
  testLog,
} from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";
import { createV3Account } from "./account.ts";
import { createKeyBooks } from "./keys.ts";

const older = newPlatformKey("5157F09EFDC096DE15EBE81A47057A7232F1B8E1");
const newer = newPlatformKey("6257F09EFDC096DE15EBE81A47057A7232F1B8E2");
const UNKNOWN = "0000F09EFDC096DE15EBE81A47057A7232F1B8E1";

const { own } = platformFixture();

function offering(keys: readonly PlatformKey[], signer: PlatformKey): Scripted {
  const body = certificatesBody(keys);
  return { status: 200, body, headers: signedHeaders(signer, body) };
}

function ringOf({ store = memoryKeyStore(), publicKey = false }: { store?: KeyStore; publicKey?: boolean } = {}) {
  const clock = testClock();
  const credentials = credentialsFor(own.platform.origin, publicKey ? inPublicKeyMode : {});
  return { clock, keys: createV3Account(credentials, { keyStore: store, clock, log: testLog() }).keys };
}
const downloads = () => own.platform.seen.length;

test("pauses grow up to a minute while downloads bring nothing new, and shrink when one does", async () => {
  own.platform.script = () => offering([older], older);
  const { keys, clock } = ringOf();
  await keys.refresh();
  const pauses: number[] = [];
  for (let count = downloads(); pauses.length < 6; clock.move(SECOND_MS)) {
    // Signed anew, since the clock goes on.
    const headers = { "wechatpay-timestamp": String(Math.floor(clock.now().getTime() / SECOND_MS)) };
    own.platform.script = () => {
      const body = certificatesBody([older]);
      return { status: 200, body, headers: signedHeaders(older, body, headers) };
    };
    await keys.findOrRefresh(UNKNOWN);
    if (downloads() > count) pauses.push(clock.now().getTime());
    count = downloads();
  }
  expect(pauses.slice(1).map((at, index) => (at - (pauses[index] ?? 0)) / SECOND_MS)).toEqual([10, 20, 40, 60, 60]);
});

test("what another process has fetched is read from the store, without a call", async () => {
  own.platform.script = () => offering([older], older);
  const store = memoryKeyStore();
  const [one, other] = [ringOf({ store }), ringOf({ store })];
  await one.keys.refresh();
  await other.keys.refresh();
  await store.save("acc_test", [older.certificatePem, newer.certificatePem]);
  one.clock.move(2 * SECOND_MS);
  expect(await one.keys.findOrRefresh(newer.serial)).not.toBeNull();
  expect(downloads()).toBe(2);
});

test("accounts of one merchant share what they know, those of another do not", async () => {
  const booksOf = createKeyBooks();
  const accountOf = (changes: Partial<V3Credentials>) => {
    const credentials = credentialsFor(own.platform.origin, changes);
    const environment = {
      keyStore: memoryKeyStore(),
      clock: testClock(),
      log: testLog(),
      book: booksOf(credentials),
    };
    return createV3Account(credentials, environment).keys;
  };
  const before = accountOf({});
  expect(await before.find(PUBLIC_KEY_ID)).toBeNull();
  accountOf({ id: "acc_later", ...inPublicKeyMode });
  expect(await before.find(PUBLIC_KEY_ID)).not.toBeNull();
  const stranger = accountOf({ id: "acc_third", merchantNumber: "1900000999" });
  expect(await stranger.find(PUBLIC_KEY_ID)).toBeNull();
  await Promise.all([before.refresh(), stranger.refresh()]); // those that began behind
});

test("even with a public key, a certificate in use that expires soon has its successor fetched in the background", async () => {
  const ending = newPlatformKey("2157F09EFDC096DE15EBE81A47057A7232F1B8E5", new Date(NOW.getTime() + 5 * DAY_MS));
  const store = memoryKeyStore([ending.certificatePem]);
  own.platform.script = () => offering([ending, newer], ending);
  const { keys } = ringOf({ store, publicKey: true });
  expect(await keys.find(ending.serial)).not.toBeNull();
  await vi.waitFor(async () => expect(await keys.find(newer.serial)).not.toBeNull());
  expect(downloads()).toBe(1);
});
