import { once } from "node:events";
import { connect } from "node:net";
import { type APIRequestContext, expect, test } from "@playwright/test";
import { product } from "./support/product.ts";

// Goal: with the real framework behind our server, nothing that a stranger sends is answered as a fault of ours, no upgrade
// is taken, and what is too large is refused. lib/bin/web/doors.db.test.ts walks every address with a stand-in.

const MULTIPART = "multipart/form-data; boundary=X";
const BROKEN: readonly { readonly headers: Record<string, string>; readonly data: string }[] = [
  { headers: { "content-type": MULTIPART }, data: "garbage" },
  { headers: { "content-type": MULTIPART }, data: '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nno end' },
  { headers: { "content-type": "multipart/form-data" }, data: "--X" },
  { headers: { "content-type": "application/json" }, data: "{}" },
  { headers: { "content-type": "text/plain" }, data: "x" },
];
const post = (request: APIRequestContext, path: string, sent: (typeof BROKEN)[number]) =>
  request.post(path, { ...sent, headers: { origin: product.url, ...sent.headers }, maxRedirects: 0 });

for (const path of ["/shop/order", "/shop/basket", "/pay/x/offers", "/pay/x/display", "/c/x/order", "/admin/sign-in"]) {
  test(`a form for ${path} that is not well-formed is the caller's fault`, async ({ request }) => {
    for (const sent of BROKEN) expect((await post(request, path, sent)).status()).toBe(400);
    const long = { headers: { "content-type": MULTIPART }, data: "x".repeat(400_000) };
    expect((await post(request, path, long)).status()).toBe(413);
  });
}

test("an action that there is not, or that is handed anything, is no fault of ours either", async ({ request }) => {
  const page = await (await request.get("/admin/sign-in")).text();
  const [, known = ""] = /\$ACTION_ID_([0-9a-f]{42})/.exec(page) ?? [];
  expect(known).not.toBe("");
  for (const id of ["zzz", `40${"a".repeat(40)}`]) {
    const sent = { headers: { "next-action": id, "content-type": "text/plain;charset=UTF-8" }, data: "[]" };
    expect((await post(request, "/admin/sign-in", sent)).status()).toBe(400);
  }
  for (const data of [
    "[]",
    "garbage",
    '["$K1"]',
    '["$undefined",null]',
    '["$F1"]',
    '[null,"$Z"]',
    '{"a":1}',
    '["$T99"]',
  ]) {
    const sent = { headers: { "next-action": known, "content-type": "text/plain;charset=UTF-8" }, data };
    expect([data, (await post(request, "/admin/sign-in", sent)).status() < 500]).toEqual([data, true]);
  }
});

/** What comes back until the other side closes, or until `until` has come. */
async function exchange(text: string, until: RegExp): Promise<string> {
  const socket = connect({ host: "localhost", port: Number(new URL(product.url).port) });
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
    if (until.test(answer)) socket.destroy();
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return answer;
}

test("an offered upgrade is answered over HTTP/1.1, also after the framework has served a page", async ({
  request,
}) => {
  expect((await request.get("/")).status()).toBe(200);
  for (const protocol of ["h2c", "websocket"]) {
    const offer = `Host: localhost\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
    expect(await exchange(`GET /healthz HTTP/1.1\r\n${offer}`, /"ok"/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*"ok"/);
    expect(await exchange(`GET /nope HTTP/1.1\r\n${offer}`, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 404 /);
  }
});
