import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { installationChecks } from "#lib/ops/doctor/installation-checks.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { takeAnchorTurn } from "./keep-anchors.ts";
import { createChainKeeper } from "./keep-chains.ts";

// Goal: the heads of a day reach an address of the merchant's choice, signed, however often it fails before; and people are told.

const SECRET = new Secret(`whsec_${Buffer.alloc(32, 7).toString("base64")}`);
/** Of the address alone: it says who may write there. */
const TOKEN = "anchor-token-4711";

interface ReceivedAnchor {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: string;
}
let fixture: PaymentFixture;
let receiver: Server;
let place: string;
const heard: ReceivedAnchor[] = [];
const logged: unknown[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };

beforeAll(async () => {
  fixture = await paymentFixture();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      heard.push({ headers: request.headers, url: request.url ?? "", body });
      response.writeHead(answer.status, answer.headers).end("not for the log");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  place = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/heads/${TOKEN}`;
  await recordAudit(fixture.database.pool, { actor: "x", action: "test.row", subject: null, at: fixture.clock.now() });
  const keeper = createChainKeeper({ pool: fixture.database.pool, clock: fixture.clock });
  while ((await keeper.turn()) === "again");
});
afterAll(async () => {
  receiver.close();
  await fixture.close();
});

const note = (event: string, fields?: unknown) => logged.push(event, fields);
const turn = (at = place) =>
  takeAnchorTurn({
    ...{ pool: fixture.database.pool, place: at, secret: SECRET, clock: fixture.clock },
    log: { info: note, warn: note },
  });
const row = async () => (await fixture.rows("select tries, problem, kept_at from ledger_anchors"))[0];
async function doctor() {
  const checks = installationChecks({
    ...{ pool: fixture.database.pool, dataDir: "/", now: fixture.clock.now(), accountId: null, sandbox: true },
    checkMasterKey: async () => {},
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
  });
  const [finding] = (await checks.find((one) => one.checks.includes("ledger"))?.run()) ?? [];
  return finding && { result: finding.result, text: wordSentence(finding.evidence, "en") };
}

test("what the address does not take is sent again, ever later, as the same message, and told of after an hour", async () => {
  answer = { status: 503 };
  expect(await turn()).toBe("done");
  expect(await row()).toEqual({ tries: 1, problem: "answered 503", kept_at: null });
  // Not before it is due.
  expect(await turn()).toBe("done");
  expect(heard).toHaveLength(1);
  fixture.clock.advance(2 * MINUTE_MS);
  answer = { status: 307, headers: { location: "/elsewhere" } };
  await turn();
  expect(await row()).toMatchObject({ tries: 2, problem: "answered 307" });
  expect(heard.map(({ url }) => url)).toEqual([`/heads/${TOKEN}`, `/heads/${TOKEN}`]);
  fixture.clock.advance(4 * MINUTE_MS);
  await turn("http://127.0.0.1:1/heads/anchor-token-4711");
  expect(await row()).toMatchObject({ tries: 3, problem: "the connection failed (ECONNREFUSED)" });
  expect((await doctor())?.result).toBe("not_applicable");
  fixture.clock.advance(HOUR_MS);
  expect(await doctor()).toEqual({
    result: "warning",
    text: expect.stringMatching(/^the heads of \d{4}-\d\d-\d\d are not kept outside yet: the connection failed/),
  });
});

test("once it is taken nothing is sent any more, and the message was signed", async () => {
  answer = { status: 200 };
  expect(await turn()).toBe("again");
  expect(await turn()).toBe("done");
  expect(await row()).toEqual({ tries: 4, problem: null, kept_at: fixture.clock.now() });
  expect((await doctor())?.result).toBe("not_applicable");
  const { headers, body } = heard.at(-1) as ReceivedAnchor;
  const anchor = JSON.parse(body);
  expect(anchor).toMatchObject({ format: "lingfu-anchor", version: 1, chains: { audit: { rows: "1" } } });
  expect(headers["webhook-id"]).toBe(`anchor_${anchor.day}`);
  expect(new Set(heard.map((one) => one.headers["webhook-id"])).size).toBe(1);
  expect(new Set(heard.map((one) => one.body)).size).toBe(1);
  const signed = new Webhook(SECRET.reveal()).sign(`anchor_${anchor.day}`, fixture.clock.now(), body);
  expect(headers["webhook-signature"]).toBe(signed);
  expect(headers["webhook-timestamp"]).toBe(String(Math.floor(fixture.clock.now().getTime() / 1_000)));
});

test("neither log nor database holds the address, its answer or the secret", async () => {
  const kept = JSON.stringify([logged, await fixture.rows("select * from ledger_anchors"), await doctor()]);
  expect(kept).toContain("answered 503");
  for (const secret of [TOKEN, "not for the log", SECRET.reveal()]) expect(kept).not.toContain(secret);
});
