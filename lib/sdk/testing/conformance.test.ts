import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { signatureHeaders } from "../../webhooks/sign.ts";
import { merchantApiDocument } from "./api-document.ts";
import { INSTALLED_LANGUAGES, runScript } from "./languages.ts";

// Goal: the SDKs of the other languages send, repeat, refuse and verify as that of TypeScript does.
// Method: their scripts speak with a server that answers by a script; both sides are compared.

interface Heard {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Reply = (response: ServerResponse) => void;

const reset: Reply = (response) => void response.socket?.destroy();
const answer =
  (status: number, body: object, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(JSON.stringify(body));
const refusal = { code: "invalid_request", detail: "why", requestId: "req_1" };
const errors = [{ path: "items.0.price", message: "is wrong" }];

const SCRIPT: readonly Reply[] = [
  ...[reset, answer(500, {}), answer(429, refusal, { "retry-after": "7" }), answer(201, { id: "ord_1" })],
  answer(400, { ...refusal, errors }),
  answer(503, { code: "unavailable", detail: "later" }),
  ...[reset, answer(404, { code: "not_found", detail: "gone" })],
  answer(200, { id: "ord_2" }),
  ...[reset, reset, reset, reset],
];

async function scriptedServer() {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    heard.push({ method: request.method ?? "", target: request.url ?? "", headers: request.headers, body });
    const reply = SCRIPT[heard.length - 1] ?? answer(200, { data: [], nextCursor: null, id: "any" });
    reply(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("another one of thirty-two bytes!").toString("base64")}`;
const sentAt = new Date("2026-07-01T00:00:00Z");
const now = sentAt.getTime() / 1_000;
const payload = JSON.stringify({ type: "order.paid", timestamp: sentAt.toISOString(), data: { note: "已付 ✓" } });
const headers = signatureHeaders([SECRET], { id: "evt_1", payload, sentAt });
const delivery = { payload, headers, secret: SECRET, now };
const bothSigned = signatureHeaders([OTHER, SECRET], { id: "evt_1", payload, sentAt });
const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));

const DELIVERIES = [
  [delivery, "evt_1"],
  [{ ...delivery, headers: bothSigned }, "evt_1"],
  [{ ...delivery, headers: upper }, "evt_1"],
  [{ ...delivery, secret: [OTHER, SECRET] }, "evt_1"],
  [{ ...delivery, now: now + 300 }, "evt_1"],
  [{ ...delivery, secret: OTHER }, "signature_wrong"],
  [{ ...delivery, payload: `${payload} ` }, "signature_wrong"],
  [{ ...delivery, headers: { ...headers, "webhook-id": "evt_2" } }, "signature_wrong"],
  [{ ...delivery, headers: { ...headers, "webhook-signature": "v1,%%%" } }, "signature_wrong"],
  [{ ...delivery, headers: { ...headers, "webhook-signature": "" } }, "header_missing"],
  [{ ...delivery, headers: { ...headers, "webhook-timestamp": "soon" } }, "timestamp_malformed"],
  [{ ...delivery, now: now + 301 }, "timestamp_too_old"],
  [{ ...delivery, now: now - 301 }, "timestamp_too_new"],
] as const;

test.each(INSTALLED_LANGUAGES)(
  "$name sends, repeats, refuses and verifies",
  async ({ command, folder, ending }) => {
    const { heard, url, server } = await scriptedServer();
    const input = JSON.stringify(DELIVERIES.map(([each]) => each));
    const results = await runScript(command, `${folder}/tests/conformance.${ending}`, {
      env: { LINGFU_URL: url },
      input,
    });
    server.closeAllConnections();
    server.close();

    expect(results).toMatchObject({
      repeated: "ord_1",
      refused: ["invalid_request", "is wrong", "req_1"],
      patched: ["unavailable", null, null],
      removed: "nothing",
      encoded: "ord_2",
      lost: ["no answer", "mine"],
      verified: DELIVERIES.map(([, outcome]) => outcome),
    });
    const { waits } = results as { waits: number[] };
    expect(waits).toHaveLength(7);
    expect(waits[2]).toBe(7);
    const scripted = heard.slice(0, SCRIPT.length);
    const keys = scripted.map((each) => each.headers["idempotency-key"]);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(keys.slice(0, 1)).toEqual([expect.stringMatching(/^[0-9a-f-]{32,36}$/)]);
    expect(keys[4]).not.toBe(keys[0]);
    expect(keys.slice(5, 9)).toEqual([undefined, undefined, undefined, undefined]);
    expect(keys.slice(9)).toEqual(["mine", "mine", "mine", "mine"]);
    expect(scripted[8]?.target).toBe("/api/v1/orders/a%2Fb%3Fc");
    expect(JSON.parse(scripted[0]?.body ?? "")).toEqual({ items: [{ name: "拿铁", unitAmount: 1, quantity: 1 }] });

    const nonces = heard.map((each) => checkSignature(each));
    expect(new Set(nonces).size).toBe(heard.length);
    expect(reachedBy(heard.slice(SCRIPT.length))).toEqual(everyCall());
  },
  60_000,
);

/** @returns the nonce */
function checkSignature({ method, target, headers, body }: Heard): string {
  const form = /^PAY-HMAC-SHA256 key_id="key_1",nonce="([^"]+)",timestamp="(\d+)",signature="([^"]+)"$/;
  const [, nonce = "", timestamp, signature] = form.exec(headers.authorization ?? "") ?? [];
  const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  expect(signature).toBe(createHmac("sha256", "sk_secret").update(text).digest("base64"));
  return nonce;
}

const reachedBy = (heard: readonly Heard[]): string[] =>
  [...new Set(heard.map(({ method, target }) => `${method} ${target.replaceAll(/\bID\b/g, "{}")}`))].sort();

const everyCall = (): string[] =>
  Object.entries(merchantApiDocument().paths)
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, "{}")}`),
    )
    .sort();

test("all SDKs are of one version", () => {
  const { version } = JSON.parse(readFileSync("lib/sdk/package.json", "utf8")) as { version: string };
  for (const file of ["send.ts", "python/pyproject.toml", "python/lingfu/__init__.py", "php/src/Transport.php"]) {
    expect(readFileSync(`lib/sdk/${file}`, "utf8"), file).toMatch(
      new RegExp(`version\\w*\\s*= ["']${version}["']`, "i"),
    );
  }
});
