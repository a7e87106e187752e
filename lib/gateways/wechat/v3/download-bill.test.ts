// Goal: a bill is handed on only when it is whole and is the file whose hash WeChat signed; that nothing was sold is
// accepted by one code alone; and our signature is sent only to the configured host.
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { impatient, isRightlySigned, publicKeyMode, type Scripted, signedHeaders } from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";

const text = "交易时间,公众账号ID\r\n`2026-07-01 10:00:00,`wx0123456789abcdef\r\n";
const sha1 = createHash("sha1").update(text).digest("hex");
const FILE = "/v3/billdownload/file?token=a%2Bb";

const { own } = platformFixture({ exchange: impatient });

const signed = (content: unknown): Scripted => {
  const body = JSON.stringify(content);
  return { status: 200, body, headers: signedHeaders(publicKeyMode, body) };
};
const link = (change: object = {}) => ({
  hash_type: "SHA1",
  hash_value: sha1,
  download_url: `https://api.mch.weixin.qq.com${FILE}`,
  ...change,
});
/** Answers the question with a link, and the link with these bytes. */
function offer(file: Uint8Array, { status = 200, change = {} }: { status?: number; change?: object } = {}): void {
  own.platform.script = ({ path }, response) => {
    if (!path.startsWith("/v3/billdownload/")) return signed(link(change));
    response.writeHead(status).end(file);
    return undefined;
  };
}
const answer = (scripted: Scripted) => {
  own.platform.script = () => scripted;
};
const download = () => own.gateway.downloadBill("2026-07-01", "trades");
const unknown = (cause: RegExp) => ({ kind: "unknown", cause: expect.stringMatching(cause) });

describe("a bill that is there", () => {
  test.each([
    ["trades", "/v3/bill/tradebill?bill_type=ALL&bill_date=2026-07-01&tar_type=GZIP"],
    ["funds", "/v3/bill/fundflowbill?account_type=BASIC&bill_date=2026-07-01&tar_type=GZIP"],
  ] as const)("%s: asked for in WeChat's words, fetched by its link, signed both times", async (kind, question) => {
    offer(gzipSync(text));
    const outcome = await own.gateway.downloadBill("2026-07-01", kind);
    expect(outcome.kind === "done" && gunzipSync(outcome.value.gzip).toString()).toBe(text);
    // The link names another host; the file is asked for where the question was.
    expect(own.platform.seen.map(({ method, path }) => [method, path])).toEqual([
      ["GET", question],
      ["GET", FILE],
    ]);
    expect(own.platform.seen.every(isRightlySigned)).toBe(true);
  });

  test("one that comes unpacked is packed, and its hash is looked at all the same", async () => {
    offer(Buffer.from(text));
    const outcome = await download();
    expect(outcome.kind === "done" && gunzipSync(outcome.value.gzip).toString()).toBe(text);
    offer(Buffer.from(`${text} `));
    expect(await download()).toEqual(unknown(/hash/));
  });

  test("a hash in capitals is the same hash", async () => {
    offer(gzipSync(text), { change: { hash_value: sha1.toUpperCase() } });
    expect((await download()).kind).toBe("done");
  });
});

describe("a file that is not accepted", () => {
  test.each<[string, Uint8Array, RegExp]>([
    ["another bill", gzipSync(`${text}more`), /hash/],
    ["half of it", gzipSync(text).subarray(0, 40), /unpacked/],
    ["no gzip behind its first two bytes", Buffer.from([0x1f, 0x8b, 1, 2, 3]), /unpacked/],
    ["nothing that is gzip, by its first byte alone", Buffer.from([0x1f, 0x00]), /hash/],
    ["nothing", Buffer.alloc(0), /hash/],
  ])("%s", async (_name, bytes, cause) => {
    offer(bytes);
    expect(await download()).toEqual(unknown(cause));
  });

  test("one that is not given out, or never comes", async () => {
    offer(gzipSync(text), { status: 403 });
    expect(await download()).toEqual(unknown(/HTTP 403/));
    own.platform.script = ({ path }) => (path.startsWith("/v3/billdownload/") ? undefined : signed(link()));
    expect(await download()).toEqual(unknown(/time-out/));
  });

  test.each([
    ["is no link", { download_url: "https://api.mch.weixin.qq.com/v3/certificates" }],
    ["is hashed by what we do not know", { hash_type: "SHA256" }],
    ["has half a hash", { hash_value: sha1.slice(1) }],
  ])("a link that %s is not followed", async (_name, change) => {
    offer(gzipSync(text), { change });
    expect(await download()).toEqual(unknown(/names no bill/));
    expect(own.platform.seen).toHaveLength(1);
  });

  test("a link that WeChat did not sign is not followed", async () => {
    answer({ status: 200, body: JSON.stringify(link()) });
    expect((await download()).kind).toBe("unknown");
    expect(own.platform.seen.some(({ path }) => path === FILE)).toBe(false);
  });
});

describe("no bill", () => {
  test.each([
    [400, "NO_STATEMENT_EXIST", "no_bill"],
    [400, "STATEMENT_CREATING", "not_ready"],
    [400, "INVALID_REQUEST", "not_available"],
    [403, "NO_AUTH", "not_permitted"],
  ])("%i %s is %s", async (status, code, reason) => {
    answer({ status, body: JSON.stringify({ code, message: "说明" }) });
    expect(await download()).toEqual({ kind: "refused", reason, detail: `${code}: 说明` });
  });

  test.each([
    [404, "RESOURCE_NOT_EXISTS"],
    [400, "SOMETHING_NEW"],
    [500, "NO_STATEMENT_EXIST"],
    [429, "NO_STATEMENT_EXIST"],
  ])("%i %s says nothing about what was sold", async (status, code) => {
    answer({ status, body: JSON.stringify({ code, message: "说明" }) });
    expect(await download()).toEqual(unknown(new RegExp(`HTTP ${status}`)));
  });
});
