import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EpayFields, phpSign, plainSign } from "#lib/testing/epay-door.ts";
import { runCli } from "#lib/testing/run-cli.ts";
import { type RunningProduct, startProduct } from "#lib/testing/running-product.ts";

// Goal: software that speaks epay sells against a running product and its sandbox: it asks, the shopper pays in WeChat, the
// software is told by the worker and then asks itself. What each of ten clients sends is in http/epay.db.test.ts.

let product: RunningProduct;
let account: { readonly pid: string; readonly key: string };
let shopUrl: string;
const heard: EpayFields[] = [];
const shop = http.createServer((request, response) => {
  heard.push(Object.fromEntries(new URL(request.url ?? "/", "http://shop").searchParams));
  response.end("success");
});
beforeAll(async () => {
  product = await startProduct();
  const { out } = await runCli(["epay", "create", "--name", "shop", "--json"], product.variables);
  account = JSON.parse(out);
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
}, 60_000);
beforeEach(() => {
  heard.length = 0;
});
afterAll(async () => {
  shop.closeAllConnections();
  shop.close();
  await product.close();
});

type Sign = (fields: EpayFields, key: string) => string;

const fieldsOf = (number: string, more: EpayFields = {}): EpayFields => ({
  ...{ pid: account.pid, out_trade_no: number, notify_url: `${shopUrl}/notify` },
  ...{ return_url: "https://shop.example/done", name: "VIP", money: "12.50", ...more },
});
const signedBy = (sign: Sign, fields: EpayFields): URLSearchParams =>
  new URLSearchParams({ ...fields, sign: sign(fields, account.key), sign_type: "MD5" });

async function orderBehind(response: Response): Promise<string> {
  expect(response.status).toBeLessThan(400);
  const where = response.headers.get("location") ?? (await response.text());
  return /ord_\w{26}/.exec(where)?.[0] ?? "";
}

test.each<{ name: string; sign: Sign; ask: (number: string) => Promise<Response> }>([
  {
    name: "New API: a form",
    sign: plainSign,
    ask: (number) =>
      fetch(`${product.url}/submit.php`, {
        method: "POST",
        body: signedBy(plainSign, fieldsOf(number, { type: "wxpay", device: "pc" })),
        redirect: "manual",
      }),
  },
  {
    name: "V2Board: a link, signed as PHP does",
    sign: phpSign,
    ask: (number) => fetch(`${product.url}/submit.php?${signedBy(phpSign, fieldsOf(number))}`, { redirect: "manual" }),
  },
  {
    name: "the protocol's own kit: mapi.php from the server",
    sign: plainSign,
    ask: (number) =>
      fetch(`${product.url}/mapi.php`, {
        method: "POST",
        body: signedBy(plainSign, fieldsOf(number, { type: "wxpay", clientip: "192.0.2.7", device: "mobile" })),
      }),
  },
])("$name: asked, paid, told, and found paid", async ({ name, sign, ask }) => {
  const number = `T${name.length}0001`;
  const orderId = await orderBehind(await ask(number));
  const opened = await fetch(`${product.url}/api/orders/${orderId}/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: "native" }),
  });
  const { codeUrl } = await opened.json();
  expect(heard).toEqual([]);
  await fetch(`${product.sandboxUrl}/control/pay`, { method: "POST", body: JSON.stringify({ codeUrl }) });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(1);
  const [notice = {}] = heard;
  expect(notice).toMatchObject({ out_trade_no: number, money: "12.50", trade_status: "TRADE_SUCCESS" });
  expect(notice.sign).toBe(sign(notice, account.key));
  const query = new URLSearchParams({ act: "order", pid: account.pid, key: account.key, out_trade_no: number });
  const found = await (await fetch(`${product.url}/api.php?${query}`)).json();
  expect(found).toMatchObject({ code: 1, out_trade_no: number });
  expect(String(found.status)).toBe("1");
});
