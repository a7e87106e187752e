// Goal: v2's bills are requested as documented, and an unsigned text in place of a bill is read with care.
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Gateway } from "#lib/payment/index.ts";
import { APP_ID, impatient, MERCHANT, testClock } from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";
import { readPlain, type SignType, signPlain, v2Credentials, writePlain } from "../testing/platform-v2.ts";
import { createV2Gateway } from "./account.ts";

const text = "交易时间,公众账号ID\r\n`2026-07-01 10:00:00,`wx0123456789abcdef\r\n";
const { own, log } = platformFixture();

const gatewayAt = (origin: string, signType: SignType = "MD5"): Gateway =>
  createV2Gateway(v2Credentials(origin, { signType }), { clock: testClock(), log, exchange: impatient });
const download = () => gatewayAt(own.platform.origin).downloadBill("2026-07-01", "trades");
function send(bytes: Uint8Array, status = 200): void {
  own.platform.script = (_seen, response) => {
    response.writeHead(status).end(bytes);
    return undefined;
  };
}
const say = (fields: Record<string, string>) => send(Buffer.from(`\n ${writePlain(fields)}`));

describe("a bill that is there", () => {
  test.each([
    ["trades", "MD5", "/pay/downloadbill", "MD5", { bill_type: "ALL" }],
    ["trades", "HMAC-SHA256", "/pay/downloadbill", "HMAC-SHA256", { bill_type: "ALL" }],
    // The one call that accepts only one signature type.
    ["funds", "MD5", "/pay/downloadfundflow", "HMAC-SHA256", { account_type: "Basic" }],
  ] as const)("%s, of an account that signs by %s", async (kind, accountSigns, path, signs, fields) => {
    send(gzipSync(text));
    const outcome = await gatewayAt(own.platform.origin, accountSigns).downloadBill("2026-07-01", kind);
    expect(outcome.kind === "done" && gunzipSync(outcome.value.gzip).toString()).toBe(text);
    const [seen] = own.platform.seen;
    const { nonce_str: _nonce, ...sent } = readPlain(seen?.body ?? "");
    expect(seen?.path).toBe(path);
    expect(sent).toEqual({
      ...{ appid: APP_ID, mch_id: MERCHANT, sign_type: signs, bill_date: "20260701", tar_type: "GZIP", ...fields },
      sign: signPlain({ ...sent, nonce_str: _nonce ?? "" }, signs),
    });
  });

  test("one that comes unpacked is packed", async () => {
    send(Buffer.from(text));
    const outcome = await download();
    expect(outcome.kind === "done" && gunzipSync(outcome.value.gzip).toString()).toBe(text);
  });

  test("half of one is none", async () => {
    send(gzipSync(text).subarray(0, 40));
    expect((await download()).kind).toBe("unknown");
  });

  test("the fund flow is not asked for without the certificate that it wants to see", async () => {
    const gateway = gatewayAt("https://127.0.0.1:1");
    expect(await gateway.downloadBill("2026-07-01", "funds")).toMatchObject({
      kind: "refused",
      reason: "not_permitted",
    });
    // The other bill needs no certificate: it is requested, and the connection fails.
    expect((await gateway.downloadBill("2026-07-01", "trades")).kind).toBe("unknown");
  });
});

describe("a text in place of a bill", () => {
  test.each([
    [{ return_code: "FAIL", return_msg: "No Bill Exist", error_code: "20002" }, "no_bill"],
    [{ return_code: "FAIL", return_msg: "Bill Creating" }, "not_ready"],
    [{ return_code: "FAIL", return_msg: "invalid bill_date" }, "not_available"],
    [{ return_code: "SUCCESS", result_code: "FAIL", err_code: "NO_AUTH", err_code_des: "无权限" }, "not_permitted"],
  ])("%j is %s", async (fields, reason) => {
    say(fields);
    expect(await download()).toMatchObject({ kind: "refused", reason });
    expect(log.lines.map(({ event }) => event)).toEqual(["gateway.refusal"]);
  });

  test("an undocumented text says nothing about the sales, and neither does another page", async () => {
    say({ return_code: "FAIL", return_msg: "system busy" });
    expect(await download()).toEqual({ kind: "unknown", cause: expect.stringContaining("system busy") });
    send(Buffer.from("<html><body>No Bill here</body></html>"));
    expect((await download()).kind).toBe("unknown");
  });

  test("neither does a bad status, nor silence", async () => {
    send(Buffer.from(writePlain({ return_code: "FAIL", return_msg: "No Bill Exist" })), 502);
    expect(await download()).toEqual({ kind: "unknown", cause: "HTTP 502" });
    own.platform.script = () => undefined;
    expect(await download()).toEqual({ kind: "unknown", cause: expect.stringContaining("time-out") });
  });
});
