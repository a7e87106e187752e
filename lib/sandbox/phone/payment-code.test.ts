import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DEFAULT_SHOPPERS } from "../books/shoppers.ts";
import { type Bench, call, control, nativeOrder, openBench, queryTarget } from "../testing/client.ts";
import { barcodeSvg, qrSvg } from "./code-images.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(() => control(bench.sandbox, "reset", {}));

const get = async (path: string) => (await fetch(`${bench.sandbox.url}${path}`)).text();
const now = async () => JSON.parse(await get("/phone/code/now")) as Record<string, unknown> & { authCode: string };
async function send(path: string, body: unknown) {
  const reply = await fetch(`${bench.sandbox.url}/phone/${path}`, { method: "POST", body: JSON.stringify(body) });
  return (await reply.json()) as Record<string, unknown> & { error?: { code: string } };
}

async function scan(code: string): Promise<string> {
  const { notify_url: _, ...order } = nativeOrder(bench);
  const body = { ...order, payer: { auth_code: code }, scene_info: {} };
  await call(bench.merchant, "/v3/pay/transactions/codepay", { body });
  return String(order.out_trade_no);
}
const state = async (number: string) =>
  String((await call(bench.merchant, queryTarget(bench, number))).value.trade_state);

test("the page shows one code three ways; it changes each minute and after use, and shows what was paid", async () => {
  const page = await get("/phone/code");
  const { authCode } = await now();
  expect(page).toContain(barcodeSvg(authCode));
  expect(page).toContain(qrSvg(authCode));
  expect(page.replaceAll(" ", "")).toContain(authCode);
  const number = await scan(authCode);
  expect(await state(number)).toBe("SUCCESS");
  const after = await now();
  expect(after).toMatchObject({ waiting: null, paid: { outTradeNo: number, total: 100 } });
  expect(after.authCode).not.toBe(authCode);
  await control(bench.sandbox, "clock", { advanceMs: 60_000 });
  expect((await now()).authCode).not.toBe(after.authCode);
  expect(await state(await scan(after.authCode))).toBe("SUCCESS");
});

test("when a password is needed, the phone finds the payment and pays or declines it", async () => {
  await control(bench.sandbox, "faults", { codepay: { userPaying: true } });
  const outTradeNo = await scan((await now()).authCode);
  expect((await now()).waiting).toBe(outTradeNo);
  expect(await get(`/phone/code/confirm?out_trade_no=${outTradeNo}`)).toContain(`"outTradeNo":"${outTradeNo}"`);
  expect(await send("look", { outTradeNo })).toMatchObject({ total: 100, shopper: DEFAULT_SHOPPERS[0].name });
  expect((await send("pay", { outTradeNo, password: "000000" })).error?.code).toBe("WRONG_PASSWORD");
  expect(await send("pay", { outTradeNo, password: "123456" })).toHaveProperty("transactionId");
  expect(await state(outTradeNo)).toBe("SUCCESS");

  const other = await scan((await now()).authCode);
  await send("decline", { outTradeNo: other });
  expect(await state(other)).toBe("PAYERROR");
  expect((await send("pay", { outTradeNo: other, password: "123456" })).error?.code).toBe("ORDER_CLOSED");
  expect((await now()).waiting).toBeNull();
});

test("a number alone opens no order of the other products", async () => {
  const order = nativeOrder(bench);
  await call(bench.merchant, "/v3/pay/transactions/native", { body: order });
  expect((await send("look", { outTradeNo: order.out_trade_no })).error?.code).toBe("ORDER_NOT_EXIST");
});
