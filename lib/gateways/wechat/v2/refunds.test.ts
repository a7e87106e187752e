// Goal: refunds show the merchant's certificate only to a trusted server, and a refund is accepted only if the answer names it
// and has every field.
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { NewRefund } from "#lib/payment/index.ts";
import { selfSigned } from "../testing/certificate.ts";
import { impatient, type Platform, startPlatform, testClock, testLog } from "../testing/platform.ts";
import { failing, HEAD, type Plain, signedXml, v2Credentials } from "../testing/platform-v2.ts";
import { exchange } from "../transport.ts";
import { createV2Gateway } from "./account.ts";

const pairOf = (commonName: string) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const certificate = selfSigned({
    privateKey,
    serial: "5157",
    expiresAt: new Date("2040-01-01T00:00:00Z"),
    commonName,
  });
  return { certificate, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
};
const server = pairOf("localhost");
const merchant = pairOf("1900000001");

const refund: NewRefund = {
  number: "order-0001-R1",
  tradeNumber: "order-0001",
  transactionId: "4200001",
  amountFen: fen(500),
  totalFen: fen(1999),
  reason: null,
};
const accepted: Plain = {
  ...HEAD,
  result_code: "SUCCESS",
  transaction_id: "4200001",
  out_trade_no: "order-0001",
  out_refund_no: "order-0001-R1",
  refund_id: "5000001",
  refund_fee: "500",
};

describe("the merchant's certificate", () => {
  const shown: (string | undefined)[] = [];
  const tls = createServer(
    { key: server.key, cert: server.certificate, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const raw = (request.socket as TLSSocket).getPeerCertificate().raw;
      shown.push(raw === undefined ? undefined : new X509Certificate(raw).fingerprint256);
      response.end(
        signedXml(request.url === "/pay/refundquery" ? { ...HEAD, ...failing("REFUNDNOTEXIST") } : accepted),
      );
    },
  );
  const before = getCACertificates("default");
  let origin = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => tls.listen(0, "localhost", resolve));
    origin = `https://localhost:${(tls.address() as AddressInfo).port}`;
    setDefaultCACertificates([server.certificate]);
  });
  afterAll(async () => {
    setDefaultCACertificates(before);
    tls.closeAllConnections();
    await new Promise((resolve) => tls.close(resolve));
  });
  const log = testLog();
  const gatewayWith = (certificatePem: string | null, keyPem: string | null) => {
    const secrets = { certificatePem, keyPem: keyPem === null ? null : new Secret(keyPem) };
    return createV2Gateway(v2Credentials(origin, secrets), { clock: testClock(), log, exchange });
  };

  test("is shown for a refund, and for no other call", async () => {
    const gateway = gatewayWith(merchant.certificate, merchant.key);
    expect(await gateway.openRefund(refund)).toMatchObject({ kind: "done", value: { refundId: "5000001" } });
    expect(await gateway.findRefund("order-0001-R1")).toMatchObject({ reason: "absent" });
    expect(shown).toEqual([new X509Certificate(merchant.certificate).fingerprint256, undefined]);
  });

  test("is not shown to a server with an untrusted certificate", async () => {
    setDefaultCACertificates([]);
    const count = shown.length;
    expect((await gatewayWith(merchant.certificate, merchant.key).openRefund(refund)).kind).toBe("unknown");
    expect(shown).toHaveLength(count);
    setDefaultCACertificates([server.certificate]);
  });

  test("missing or unusable: refunds say so without a call, the rest goes on", async () => {
    const count = shown.length;
    const none = gatewayWith(null, null);
    const broken = gatewayWith(merchant.certificate, "-----BEGIN nonsense");
    const mixed = gatewayWith(merchant.certificate, server.key);
    for (const gateway of [none, broken, mixed]) {
      expect(await gateway.openRefund(refund)).toMatchObject({ kind: "refused", reason: "account_trouble" });
    }
    expect(shown).toHaveLength(count);
    expect(log.lines.filter(({ event }) => event === "gateway.certificate.unusable")).toHaveLength(2);
    expect(JSON.stringify(log.lines)).not.toContain("BEGIN");
    expect(await broken.findRefund("order-0001-R1")).toMatchObject({ reason: "absent" });
  });
});

describe("answers", () => {
  let platform: Platform;
  let answer: Plain = {};
  beforeAll(async () => {
    platform = await startPlatform(() => ({
      status: 200,
      body: signedXml({ ...HEAD, result_code: "SUCCESS", ...answer }),
    }));
  });
  afterAll(() => platform.close());
  const gateway = () =>
    createV2Gateway(v2Credentials(platform.origin), { clock: testClock(), log: testLog(), exchange: impatient });

  test("over plain http to this machine no certificate is needed", async () => {
    answer = accepted;
    expect(await gateway().openRefund(refund)).toEqual({
      kind: "done",
      value: {
        number: "order-0001-R1",
        refundId: "5000001",
        tradeNumber: "order-0001",
        transactionId: "4200001",
        amountFen: 500,
        status: "processing",
        succeededAt: null,
      },
    });
  });

  test("an answer that does not name the payment is about ours", async () => {
    answer = { ...accepted, transaction_id: "" };
    expect(await gateway().openRefund(refund)).toMatchObject({ value: { transactionId: "4200001" } });
  });

  test.each([
    ["another refund", { out_refund_no: "order-0001-R2" }, "unknown"],
    ["no number of WeChat's", { refund_id: "" }, "unknown"],
    ["no sum", { refund_fee: "" }, "unknown"],
    ["another sum", { refund_fee: "501" }, "refused"],
    ["another payment", { transaction_id: "4200002" }, "refused"],
  ])("accepted, but %s", async (_name, change, kind) => {
    answer = { ...accepted, ...change };
    expect((await gateway().openRefund(refund)).kind).toBe(kind);
  });

  const found: Plain = {
    transaction_id: "4200001",
    out_trade_no: "order-0001",
    refund_count: "2",
    out_refund_no_0: "order-0001-R0",
    refund_id_0: "5000000",
    refund_fee_0: "1",
    refund_status_0: "SUCCESS",
    out_refund_no_1: "order-0001-R1",
    refund_id_1: "5000001",
    refund_fee_1: "500",
    refund_status_1: "SUCCESS",
    refund_success_time_1: "2026-07-01 18:00:00",
  };

  test("of several refunds the one that bears the number", async () => {
    answer = found;
    expect(await gateway().findRefund("order-0001-R1")).toEqual({
      kind: "done",
      value: {
        number: "order-0001-R1",
        refundId: "5000001",
        tradeNumber: "order-0001",
        transactionId: "4200001",
        amountFen: 500,
        status: "succeeded",
        succeededAt: new Date("2026-07-01T10:00:00Z"),
      },
    });
  });

  test.each([
    ["is not among them", { out_refund_no_1: "order-0001-R3" }],
    ["is there twice", { out_refund_no_0: "order-0001-R1" }],
    ["has no status", { refund_status_1: "" }],
    ["has a status nobody knows", { refund_status_1: "STRANGE" }],
    ["has no number of WeChat's", { refund_id_1: "" }],
    ["has no sum", { refund_fee_1: "x" }],
    ["is of no trade", { out_trade_no: "" }],
    ["is of no payment", { transaction_id: "" }],
  ])("a refund that %s is not found and not absent", async (_name, change) => {
    answer = { ...found, ...change };
    expect((await gateway().findRefund("order-0001-R1")).kind).toBe("unknown");
  });

  test("a success whose moment cannot be read is a success", async () => {
    answer = { ...found, refund_success_time_1: "gestern" };
    expect(await gateway().findRefund("order-0001-R1")).toMatchObject({
      value: { status: "succeeded", succeededAt: null },
    });
  });
});
