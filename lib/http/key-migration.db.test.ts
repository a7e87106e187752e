import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { createAccounts } from "#lib/config/accounts.ts";
import { createConfigurationManager } from "#lib/config/configuration-manager.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { createGateways } from "#lib/gateways/index.ts";
import { createKeyUses } from "#lib/ops/key-uses.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { makeCertificate, type SandboxCertificate } from "#lib/sandbox/index.ts";
import {
  type KeyBench,
  type Notice,
  type NoticeFault,
  openKeyBench,
  type SandboxKeys,
} from "#lib/sandbox/testing/key-bench.ts";
import { listKnownKeys } from "#lib/storage/configuration/gateway-key-uses.ts";
import { gatewayKeyStore } from "#lib/storage/configuration/gateway-keys.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { answerWeb } from "./web-adapter.ts";

// Goal: a merchant lives through WeChat's move from certificates to the public key, back, and on again, with certificates
// ending meanwhile and the configuration changed to and fro: no real notice is refused, no probe and no forgery accepted, and
// WeChat is not called for every serial that somebody invents.
// Method: seven days of hourly traffic, signed by the sandbox, over the notify route and a moved clock; two processes.

const PER_HOUR = { real: 20, probes: 4 };
const HOURS = 7 * 24;

let edge: EdgeFixture;
let wechat: KeyBench;

beforeAll(async () => {
  edge = await edgeFixture();
  wechat = await openKeyBench(edge.clock);
}, 30_000);
afterAll(async () => {
  await wechat.close();
  await edge.close();
});

function certificate(fromDay: number, toDay: number): SandboxCertificate {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const at = (day: number) => new Date(edge.clock.now().getTime() + day * DAY_MS);
  const { pem, serial } = makeCertificate(pair, {
    name: [["CN", "Tenpay.com sign"]],
    notBefore: at(fromDay),
    notAfter: at(toDay),
  });
  const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { serial, pem, privateKey, effectiveAt: at(fromDay).toISOString(), expireAt: at(toDay).toISOString() };
}

/** What WeChat does from this day on. */
interface Phase {
  readonly fromDay: number;
  /** Of the notices. */
  readonly byPublicKey: number;
  /** The certificates that are published; those that sign, by turns. */
  readonly published: readonly string[];
  readonly signing: readonly string[];
  readonly answers: SandboxKeys["mode"];
  readonly absent?: boolean;
}

const PHASES: readonly Phase[] = [
  { fromDay: 0, byPublicKey: 0, published: ["A"], signing: ["A"], answers: "certificate" },
  { fromDay: 1.2, byPublicKey: 0.05, published: ["A"], signing: ["A"], answers: "mix" },
  { fromDay: 1.5, byPublicKey: 0.5, published: ["A", "B"], signing: ["A"], answers: "mix" },
  // Rolled back.
  { fromDay: 2.2, byPublicKey: 0, published: ["A", "B"], signing: ["A"], answers: "certificate" },
  { fromDay: 2.5, byPublicKey: 0.2, published: ["A", "B"], signing: ["A", "B"], answers: "mix" },
  // A ends at 3.
  { fromDay: 2.99, byPublicKey: 0.5, published: ["B"], signing: ["B"], answers: "public_key" },
  { fromDay: 4.5, byPublicKey: 0.8, published: ["B", "C"], signing: ["B"], answers: "public_key" },
  { fromDay: 5.5, byPublicKey: 0.8, published: ["B", "C"], signing: ["B", "C"], answers: "mix" },
  { fromDay: 6, byPublicKey: 1, published: [], signing: [], answers: "public_key", absent: true },
  // And back once more.
  { fromDay: 6.4, byPublicKey: 0.3, published: ["C"], signing: ["C"], answers: "certificate" },
];

/** What the merchant does, by the hour. */
const DEEDS: Readonly<Record<number, "with_public_key" | "back_to_1" | "back_to_2" | "restart">> = {
  24: "with_public_key",
  55: "back_to_1",
  66: "restart",
  96: "back_to_2",
  125: "restart",
  150: "back_to_1",
};

test("seven days of moving to the public key, back, and on", async () => {
  const { clock, database, deps } = edge;
  const { pool } = database;
  const certificates = { A: certificate(-300, 3), B: certificate(-1, 400), C: certificate(4, 800) } as Record<
    string,
    SandboxCertificate
  >;
  const ring = wechat.keys;
  const start = clock.now().getTime();
  const dayNow = () => (clock.now().getTime() - start) / DAY_MS;
  const phaseNow = () => PHASES.findLast(({ fromDay }) => fromDay <= dayNow()) ?? (PHASES[0] as Phase);
  const certificatesOf = (names: readonly string[]) => names.map((name) => certificates[name] as SandboxCertificate);
  /** The sandbox signs as WeChat does now; `turn` picks among the certificates that sign. */
  const setKeys = (turn: number, mode?: SandboxKeys["mode"]) => {
    const { published, signing, answers, absent = false } = phaseNow();
    const signer = certificatesOf(signing)[turn % Math.max(signing.length, 1)] ?? certificates.C;
    const others = certificatesOf(published).filter((each) => each !== signer);
    const platform = [signer, ...others] as unknown as SandboxKeys["platform"];
    wechat.keys = { ...ring, platform, mode: mode ?? answers, certificates404: absent };
  };

  const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
  const accounts = createAccounts({ pool, box, log: { error() {} }, freshMs: 0 });
  const configuration = createConfigurationManager({
    pool,
    box,
    accounts,
    paymentConfig: null,
    onChange: () => accounts.refresh(),
  });
  const config = {
    appid: ring.appid,
    mch_id: ring.mchid,
    notify_url: "http://127.0.0.1:3000/payment/notify",
    api_base: wechat.url,
    api_v3_key: ring.apiV3Key,
    serial_no: ring.merchant.serial,
    private_key: ring.merchant.privateKey,
  };
  const upload = (more: object = {}) =>
    configuration.upload({
      content: Buffer.from(JSON.stringify({ ...config, ...more })),
      actor: "owner",
      origin: null,
    });
  await upload();

  const keyUses = createKeyUses({ pool });
  const startProcess = () =>
    createGateways({ accounts, keyStore: gatewayKeyStore(pool), clock, log: deps.log, onKeyUse: keyUses.note });
  let web = startProcess();
  let worker = startProcess();
  const paymentsNow = () => new PaymentProcessor({ ...deps, gateways: web });
  const post = async (notice: Notice, faults: readonly NoticeFault[] = []) => {
    const { headers, body } = wechat.write(notice, faults);
    const request = new Request("http://localhost:3000/payment/notify", { method: "POST", headers, body });
    return (await answerWeb({ ...edge.container, payments: paymentsNow() }, request)).status;
  };

  const notices: Notice[] = [];
  const tally = {
    real: 0,
    refused: 0,
    probes: 0,
    probesAccepted: 0,
    forged: 0,
    forgedAccepted: 0,
    trades: 0,
    unopened: 0,
  };
  const bySerial = new Map<string, number>();
  for (let hour = 0; hour < HOURS; hour++, clock.advance(HOUR_MS - 5 * MINUTE_MS)) {
    const deed = DEEDS[hour];
    if (deed === "with_public_key") {
      await upload({ wechatpay_public_key_id: ring.publicKey.id, wechatpay_public_key: ring.publicKey.publicKey });
    } else if (deed === "restart") [web, worker] = [startProcess(), startProcess()];
    else if (deed !== undefined) await configuration.rollBack(Number(deed.at(-1)), "owner");
    setKeys(hour);
    if (hour % 6 === 0) await worker.refreshKeys();
    clock.advance(MINUTE_MS);

    const order = await edge.order();
    const opened = await paymentsNow()
      .startPayment({ orderId: order.id, channel: "native", openid: null, payerIp: null })
      .then(
        () => true,
        () => false,
      );
    tally.trades++;
    if (!opened) tally.unopened++;
    const news = wechat.payNewest();
    clock.advance(MINUTE_MS);
    for (let turn = 0; turn < PER_HOUR.real; turn++) {
      const isPublic = (hour * 7 + turn * 13) % 100 < phaseNow().byPublicKey * 100;
      setKeys(turn, isPublic ? "public_key" : "certificate");
      // Before a real one somebody tries what is not.
      const notice = turn === 0 ? news : (notices[(hour * 31 + turn * 17) % Math.max(notices.length, 1)] ?? news);
      if (turn % (PER_HOUR.real / PER_HOUR.probes) === 0) {
        tally.probes++;
        if ((await post(notice, ["probe"])) < 400) tally.probesAccepted++;
        const kinds: NoticeFault[] = ["badSignature", "otherSerial", "oldTimestamp", "badCiphertext"];
        tally.forged++;
        if ((await post(notice, [kinds[(hour + turn) % kinds.length] as NoticeFault])) < 400) tally.forgedAccepted++;
        // A serial that nobody ever had.
        tally.forged++;
        const invented = {
          ...(certificates.B as SandboxCertificate),
          serial: randomBytes(20).toString("hex").toUpperCase(),
        };
        const held = wechat.keys;
        wechat.keys = { ...held, mode: "certificate", platform: [invented, invented] };
        const answer = await post(notice).finally(() => {
          wechat.keys = held;
        });
        if (answer < 400) tally.forgedAccepted++;
      }
      tally.real++;
      const serial = isPublic ? ring.publicKey.id : wechat.keys.platform[0].serial;
      bySerial.set(serial, (bySerial.get(serial) ?? 0) + 1);
      const status = await post(notice);
      if (status >= 300) tally.refused++;
      clock.advance(Math.floor((3 * MINUTE_MS) / PER_HOUR.real));
    }
    notices.push(news);
    expect((await edge.payments.order(order.id)).status, `hour ${hour}`).toBe("paid");
  }

  await keyUses.flush();
  const known = await listKnownKeys(pool);
  const counted = Object.fromEntries(
    known.filter(({ notices: n }) => n > 0).map(({ serial, notices: n }) => [serial, n]),
  );
  expect(counted).toEqual(Object.fromEntries(bySerial));
  expect(known.find(({ serial }) => serial === ring.publicKey.id)).toMatchObject({
    kind: "public_key",
    validUntil: null,
  });
  expect(Object.keys(counted)).toHaveLength(4);
  expect(tally).toMatchObject({ refused: 0, probesAccepted: 0, forgedAccepted: 0, unopened: 0 });
  expect(tally.real).toBe(HOURS * PER_HOUR.real);
  // Two processes, one of them asked by strangers all day long.
  expect(wechat.downloads).toBeLessThan(HOURS * 6);
}, 240_000);
