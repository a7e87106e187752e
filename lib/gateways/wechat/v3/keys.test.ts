// Goal: the right key for each message, through first start, rotation, expiry and merchants without certificates, with as
// few downloads as that takes.
import { describe, expect, test, vi } from "vitest";
import { PLATFORM_KEYS_WAIT_MS } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "#lib/base/time.ts";
import type { KeyStore } from "../../account.ts";
import {
  API_V3_KEY,
  certificatesBody,
  credentialsFor,
  inPublicKeyMode,
  isRightlySigned,
  memoryKeyStore,
  NOW,
  newPlatformKey,
  type PlatformKey,
  PUBLIC_KEY_ID,
  publicKeyMode,
  type Scripted,
  seal,
  signedHeaders,
  testClock,
  testLog,
} from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";
import { createV3Account } from "./account.ts";

const older = newPlatformKey("5157F09EFDC096DE15EBE81A47057A7232F1B8E1");
const newer = newPlatformKey("6257F09EFDC096DE15EBE81A47057A7232F1B8E2");
const expired = newPlatformKey("7357F09EFDC096DE15EBE81A47057A7232F1B8E3", new Date(NOW.getTime() - 1));
const UNKNOWN = "0000F09EFDC096DE15EBE81A47057A7232F1B8E1";

const { own } = platformFixture();

const offering = (keys: readonly PlatformKey[], signer: { serial: string; privateKey: PlatformKey["privateKey"] }) =>
  offeringBody(certificatesBody(keys), signer);
const offeringBody = (body: string, signer: Parameters<typeof signedHeaders>[0]): Scripted => ({
  status: 200,
  body,
  headers: signedHeaders(signer, body),
});
const NOT_FOR_YOU: Scripted = { status: 404, body: JSON.stringify({ code: "RESOURCE_NOT_EXISTS", message: "无可用" }) };

function ringOf(options: { store?: KeyStore; publicKey?: boolean } = {}) {
  const clock = testClock();
  const log = testLog();
  const keyStore = options.store ?? memoryKeyStore();
  const credentials = credentialsFor(own.platform.origin, options.publicKey ? inPublicKeyMode : {});
  return { clock, log, keyStore, keys: createV3Account(credentials, { keyStore, clock, log }).keys };
}
const downloads = () => own.platform.seen.length;

describe("the first download", () => {
  test("is accepted if one of its own certificates signed it, and is stored", async () => {
    own.platform.script = () => offering([older, newer], older);
    const store = memoryKeyStore();
    const { keys } = ringOf({ store });
    expect(await keys.find(older.serial)).toBeNull();
    expect(await keys.findOrRefresh(older.serial)).not.toBeNull();
    expect(await keys.find(newer.serial)).not.toBeNull();
    expect(store.kept).toEqual([older.certificatePem, newer.certificatePem]);
    expect(downloads()).toBe(1);
    expect(isRightlySigned(own.platform.seen[0]!)).toBe(true);
    expect(own.platform.seen[0]).toMatchObject({ method: "GET", path: "/v3/certificates" });
  });

  const bodyWith = (entry: object) => JSON.stringify({ data: [entry] });
  const sealedOlder = seal(older.certificatePem, "certificate");
  test.each<[string, () => Scripted]>([
    ["unsigned", () => ({ ...offering([older], older), headers: {} })],
    ["signed by a certificate outside it", () => offering([older], newer)],
    [
      "signed by a stranger in a name inside it",
      () => offering([older], { serial: older.serial, privateKey: newer.privateKey }),
    ],
    [
      "sealed with another APIv3 key",
      () =>
        offeringBody(
          bodyWith({
            serial_no: older.serial,
            encrypt_certificate: seal(older.certificatePem, "certificate", "f".repeat(32)),
          }),
          older,
        ),
    ],
    [
      "claiming a serial that is not the certificate's",
      () =>
        offeringBody(bodyWith({ serial_no: newer.serial, encrypt_certificate: sealedOlder }), {
          ...older,
          serial: newer.serial,
        }),
    ],
    [
      "of an unheard-of cipher",
      () =>
        offeringBody(
          bodyWith({ serial_no: older.serial, encrypt_certificate: { ...sealedOlder, algorithm: "ROT13" } }),
          older,
        ),
    ],
    [
      "holding no certificate",
      () =>
        offeringBody(
          bodyWith({ serial_no: older.serial, encrypt_certificate: seal("nonsense", "certificate") }),
          older,
        ),
    ],
    ["of certificates past their time", () => offering([expired], expired)],
    ["of another form", () => offeringBody("[]", older)],
    ["HTML", () => ({ status: 200, body: "<html>" })],
    ["401", () => ({ status: 401, body: JSON.stringify({ code: "SIGN_ERROR" }) })],
    ["404 of somebody else", () => ({ status: 404, body: "<html>" })],
    ["500", () => ({ status: 500, body: "" })],
  ])("is not believed when it is %s", async (_name, script) => {
    own.platform.script = script;
    const store = memoryKeyStore();
    const { keys, log } = ringOf({ store });
    for (const { serial } of [older, newer, expired]) expect(await keys.findOrRefresh(serial)).toBeNull();
    expect(store.kept).toEqual([]);
    expect(log.lines.map((line) => line.event)).toEqual(["gateway.keys.failed"]);
    expect(JSON.stringify(log.lines)).not.toContain(API_V3_KEY);
  });

  test("leaves out expired certificates and keeps the others", async () => {
    own.platform.script = () => offering([expired, newer], newer);
    const { keys } = ringOf();
    expect(await keys.findOrRefresh(newer.serial)).not.toBeNull();
    expect(await keys.find(expired.serial)).toBeNull();
  });
});

describe("rotation", () => {
  test("an unknown serial costs one download, shared by all waiting calls, and is known afterwards", async () => {
    own.platform.script = () => offering([older], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    clock.move(11 * SECOND_MS);
    own.platform.script = () => offering([older, newer], older);
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.findOrRefresh(newer.serial)));
    expect(found.every((key) => key !== null)).toBe(true);
    expect(downloads()).toBe(2);
  });

  test("a certificate that WeChat no longer lists is no longer accepted", async () => {
    own.platform.script = () => offering([older, newer], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    clock.move(11 * SECOND_MS);
    own.platform.script = () => offering([newer], newer);
    await keys.refresh();
    expect(await keys.find(older.serial)).toBeNull();
    expect(await keys.find(newer.serial)).not.toBeNull();
  });

  test.each([
    ["an empty list", () => offering([], older)],
    ["another 404", () => ({ status: 404, body: JSON.stringify({ code: "NOT_FOUND", message: "" }) })],
    [
      "a probe",
      () => {
        const wrong = { "wechatpay-signature": `WECHATPAY/SIGNTEST/${"A".repeat(336)}` };
        const body = certificatesBody([newer]);
        return { status: 200, body, headers: signedHeaders(older, body, wrong) };
      },
    ],
  ])("%s leaves the keys as they were", async (_name, script) => {
    own.platform.script = () => offering([older], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    clock.move(11 * SECOND_MS);
    own.platform.script = script;
    await keys.refresh();
    expect(downloads()).toBe(2);
    expect(await keys.find(older.serial)).not.toBeNull();
    expect(await keys.find(newer.serial)).toBeNull();
  });

  test("invented serials do not become calls: one in ten seconds, none for names that are no certificate's", async () => {
    own.platform.script = () => offering([older], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    for (const serial of [UNKNOWN, "__proto__", "constructor", "PUB_KEY_ID_0", "", "' or 1=1"]) {
      expect(await keys.findOrRefresh(serial)).toBeNull();
    }
    expect(downloads()).toBe(1);
    clock.move(10 * SECOND_MS);
    await keys.findOrRefresh("__proto__");
    expect(downloads()).toBe(1);
    await keys.findOrRefresh(UNKNOWN);
    await keys.findOrRefresh(UNKNOWN);
    expect(downloads()).toBe(2);
  });

  test("a known serial never waits: the refresh by the clock goes on behind", async () => {
    own.platform.script = () => offering([older], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    clock.move(11 * HOUR_MS);
    let release = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      own.platform.script = (_seen, response) => {
        resolve();
        release = () => {
          const body = certificatesBody([newer]);
          const timestamp = String(Math.floor(clock.now().getTime() / 1000));
          const headers = signedHeaders(newer, body, { "wechatpay-timestamp": timestamp });
          response.writeHead(200, headers).end(body);
        };
        return undefined;
      };
    });
    expect(await keys.find(older.serial)).not.toBeNull();
    await arrived;
    expect(await keys.find(older.serial)).not.toBeNull();
    release();
    expect(await keys.findOrRefresh(newer.serial)).not.toBeNull();
    expect(downloads()).toBe(2);
  });

  test("within ten hours nothing is fetched", async () => {
    own.platform.script = () => offering([older], older);
    const { keys, clock } = ringOf();
    await keys.refresh();
    clock.move(9 * HOUR_MS);
    await keys.find(older.serial);
    expect(downloads()).toBe(1);
  });

  test("a certificate that expires in memory is dropped", async () => {
    const brief = newPlatformKey("1157F09EFDC096DE15EBE81A47057A7232F1B8E4", new Date(NOW.getTime() + DAY_MS));
    own.platform.script = () => offering([brief], brief);
    const { keys, clock } = ringOf();
    await keys.refresh();
    expect(await keys.find(brief.serial)).not.toBeNull();
    clock.move(DAY_MS);
    expect(await keys.find(brief.serial)).toBeNull();
    await keys.refresh(); // the one that began behind, so that no later test counts it
  });
});

describe("public key mode", () => {
  test("needs no download, and survives the 404 that its merchants get", async () => {
    own.platform.script = () => NOT_FOR_YOU;
    const { keys, clock } = ringOf({ publicKey: true });
    expect(await keys.findOrRefresh(PUBLIC_KEY_ID)).not.toBeNull();
    clock.move(2 * DAY_MS);
    expect(await keys.find(PUBLIC_KEY_ID)).not.toBeNull();
    expect(downloads()).toBe(0);
    expect(await keys.findOrRefresh(older.serial)).toBeNull();
    expect(await keys.find(PUBLIC_KEY_ID)).not.toBeNull();
    clock.move(30 * SECOND_MS);
    await keys.findOrRefresh(older.serial);
    expect(downloads()).toBe(1);
    clock.move(30 * SECOND_MS);
    await keys.findOrRefresh(older.serial);
    expect(downloads()).toBe(2);
  });

  test("during the migration certificates are used as well, fetched when the first such message comes", async () => {
    own.platform.script = () => offering([older], publicKeyMode);
    const { keys } = ringOf({ publicKey: true });
    expect(await keys.findOrRefresh(older.serial)).not.toBeNull();
    expect(await keys.find(PUBLIC_KEY_ID)).not.toBeNull();
  });

  test("half a public key is none", async () => {
    own.platform.script = () => NOT_FOR_YOU;
    const credentials = credentialsFor(own.platform.origin, { publicKeyId: PUBLIC_KEY_ID });
    const environment = { keyStore: memoryKeyStore(), clock: testClock(), log: testLog() };
    expect(await createV3Account(credentials, environment).keys.findOrRefresh(PUBLIC_KEY_ID)).toBeNull();
  });
});

describe("the store", () => {
  test("gives a restarted process its certificates without a download; rubbish and expired ones are passed over", async () => {
    own.platform.script = () => ({ status: 500, body: "" });
    const store = memoryKeyStore(["rubbish", expired.certificatePem, older.certificatePem]);
    const { keys } = ringOf({ store });
    expect(await keys.find(older.serial)).not.toBeNull();
    expect(await keys.find(expired.serial)).toBeNull();
  });

  test("may fail: what was downloaded counts, and reading is tried again", async () => {
    own.platform.script = () => offering([newer], newer);
    let readable = false;
    const store: KeyStore = {
      async load() {
        if (!readable) throw new Error("down");
        return [older.certificatePem];
      },
      async save() {
        throw new Error("down");
      },
    };
    const { keys, log } = ringOf({ store });
    expect(await keys.findOrRefresh(newer.serial)).not.toBeNull();
    expect(log.lines.map((line) => line.event)).toContain("gateway.keys.unsaved");
    expect(await keys.find(older.serial)).toBeNull();
    readable = true;
    expect(await keys.find(older.serial)).not.toBeNull();
    expect(await keys.find(newer.serial)).not.toBeNull();
  });
});

test("a download that breaks in an unforeseen way is logged, not thrown", async () => {
  const clock = testClock();
  const log = testLog();
  const { keys } = createV3Account(credentialsFor(own.platform.origin), {
    keyStore: memoryKeyStore(),
    clock,
    log,
    exchange: () => Promise.reject(new Error("unforeseen")),
  });
  expect(await keys.findOrRefresh(older.serial)).toBeNull();
  expect(log.lines.map((line) => line.event)).toEqual(["gateway.keys.failed"]);
});

test("a download that hangs does not hold the message longer than WeChat would wait", async () => {
  const log = testLog();
  const { keys } = createV3Account(credentialsFor(own.platform.origin), {
    keyStore: memoryKeyStore(),
    clock: testClock(),
    log,
    exchange: () => new Promise(() => undefined),
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const waiting = keys.findOrRefresh(older.serial);
    await vi.advanceTimersByTimeAsync(PLATFORM_KEYS_WAIT_MS);
    expect(await waiting).toBeNull();
  } finally {
    vi.useRealTimers();
  }
});

test("unusable keys are said at once", () => {
  const environment = { keyStore: memoryKeyStore(), clock: testClock(), log: testLog() };
  const short = credentialsFor("http://127.0.0.1", { apiV3Key: new Secret("short") });
  expect(() => createV3Account(short, environment)).toThrow("32 bytes");
});
