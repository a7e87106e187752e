import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  EPAY_KEY,
  EpayDoor,
  type EpayFields,
  orderIdOf,
  phpSign,
  plainHolds,
  plainSign,
  signed,
} from "#lib/testing/epay-door.ts";

// Goal: software that speaks epay gets its orders without a change, and wrong or forged forms get none.

let door: EpayDoor;
beforeAll(async () => {
  door = await EpayDoor.open(async (edge) => {
    for (const path of ["/submit.php", "/mapi.php", "/api.php"]) {
      expect((await edge.send(`${path}?pid=1001&money=1.00&act=query&key=${EPAY_KEY}`)).status).toBe(404);
    }
  });
  expect(door.pid).toBe("1001");
});
beforeEach(() => door.reset());
afterAll(() => door.close());

const without = (fields: EpayFields, ...names: string[]): EpayFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
async function orderIdIn(response: Response): Promise<string> {
  const { code, trade_no, payurl, qrcode } = await response.json();
  expect({ code, payurl, qrcode }).toEqual({
    code: 1,
    payurl: expect.stringMatching(`/pay/${trade_no}$`),
    qrcode: payurl,
  });
  return trade_no;
}
interface Software {
  readonly name: string;
  readonly ask: () => Promise<string>;
  /** Whether the notice's signature holds, by the client's own reading of it. */
  readonly holds: (notice: EpayFields) => boolean;
}
const phpHolds = (notice: EpayFields) => notice.sign === phpSign(notice);

const SOFTWARE: readonly Software[] = [
  {
    name: "New API: a form with the device",
    ask: async () => door.submit(door.fields({ name: "TUC100", device: "pc" })),
    holds: plainHolds,
  },
  {
    name: "one-api with epay: a link",
    ask: async () => orderIdOf(await door.byLink("/submit.php", signed(door.fields({ money: "7.30" })))),
    holds: plainHolds,
  },
  {
    name: "V2Board: a link without a kind of payment, money as PHP prints it, every field signed",
    ask: async () => {
      const fields = without(door.fields({ money: "12.5", name: "2024071519404366151" }), "type");
      return orderIdOf(await door.byLink("/submit.php", signed(fields, phpSign(fields))));
    },
    holds: phpHolds,
  },
  {
    name: "Xboard: the same with a kind of payment",
    ask: async () => {
      const fields = door.fields({ money: "3" });
      return orderIdOf(await door.byLink("/submit.php", signed(fields, phpSign(fields))));
    },
    holds: phpHolds,
  },
  {
    name: "SSPanel: a link that names the order only",
    ask: async () => {
      const fields = without(door.fields({ name: "SS-1" }), "type");
      return orderIdOf(await door.byLink("/submit.php", signed(fields, phpSign(fields))));
    },
    holds: phpHolds,
  },
  {
    name: "dujiaoka: a form by GET",
    ask: async () =>
      orderIdOf(await door.byLink("/submit.php", signed(door.fields({ money: "9.9", name: "激活码 x 1" })))),
    holds: plainHolds,
  },
  {
    name: "acg-faka: a form with the site's name",
    ask: async () => door.submit(door.fields({ sitename: "发卡网" })),
    holds: plainHolds,
  },
  {
    name: "maccms: a link without the kind of signature",
    ask: async () => {
      const fields = door.fields({ name: "积分充值（UID：7）", money: "100" });
      return orderIdOf(await door.byLink("/submit.php", { ...fields, sign: plainSign(fields) }));
    },
    holds: plainHolds,
  },
  {
    name: "the protocol's own PHP kit: mapi.php from the server, with param",
    ask: async () =>
      orderIdIn(
        await door.byForm(
          "/mapi.php",
          signed(door.fields({ clientip: "192.0.2.7", device: "mobile", param: "user=7&从=首页" })),
        ),
      ),
    holds: plainHolds,
  },
  {
    name: "Cloudreve and others by PHP's curl or Node: mapi.php as multipart, an empty field, no way back",
    ask: async () =>
      orderIdIn(
        await door.byMultipart(
          "/mapi.php",
          signed(without(door.fields({ param: "", clientip: "192.0.2.7" }), "return_url")),
        ),
      ),
    holds: plainHolds,
  },
];

describe.each(SOFTWARE)("$name", ({ ask, holds }) => {
  test("is paid, and told once with a signature that holds", async () => {
    const orderId = await ask();
    await door.tellAll();
    expect(door.heard).toEqual([]);
    await door.pay(orderId);
    await door.tellAll();
    await door.tellAll();
    expect(door.heard).toHaveLength(1);
    const notice = Object.fromEntries(door.heard[0] ?? []);
    expect(holds(notice)).toBe(true);
    const [asked] = await door.edge.rows<{ out_trade_no: string; amount: number; name: string }>(
      "select out_trade_no, amount, name from epay_orders where order_id = $1",
      [orderId],
    );
    expect(notice).toMatchObject({
      ...{ pid: door.pid, trade_no: orderId, type: "wxpay", trade_status: "TRADE_SUCCESS" },
      ...{ out_trade_no: asked?.out_trade_no, name: asked?.name },
      money: ((asked?.amount ?? 0) / 100).toFixed(2),
    });
  });
});

describe("what is asked for", () => {
  test("is one order, however often and at once", async () => {
    const fields = door.fields();
    const ids = await Promise.all(Array.from({ length: 6 }, () => door.submit(fields)));
    expect(new Set(ids).size).toBe(1);
    expect(await door.submit(fields)).toBe(ids[0]);
    expect((await door.edge.payments.order(ids[0] ?? "")).amountTotal).toBe(1_250);
  });

  test.each([
    ["another amount", { money: "12.51" }],
    ["another address", { notify_url: "http://127.0.0.1:1/other" }],
  ])("is refused under the same number with %s", async (_, change) => {
    const fields = door.fields();
    const id = await door.submit(fields);
    const refused = await door.byForm("/mapi.php", signed({ ...fields, ...change }));
    expect(await refused.json()).toEqual({ code: -1, msg: expect.stringContaining("另一笔内容不同的订单") });
    expect((await door.edge.payments.order(id)).amountTotal).toBe(1_250);
  });

  test("is refused once its order is closed", async () => {
    const fields = door.fields();
    await door.edge.payments.closeOrder(await door.submit(fields));
    expect((await door.byForm("/submit.php", signed(fields))).status).toBe(400);
  });

  test("cannot be made again by the API, whose fresh order the software would not be told of", async () => {
    const id = await door.submit(door.fields());
    expect(await door.edge.payments.closeOrder(id)).not.toHaveProperty("recoverable");
    const before = await door.edge.rows("select count(*) from orders");
    const answer = await door.edge.asMerchant(`/api/v1/orders/${id}/recover`, { method: "POST" });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      reason: "not_recoverable",
      detail: expect.stringContaining("epay door"),
    });
    expect(await door.edge.rows("select count(*) from orders")).toEqual(before);
  });

  const bad: readonly [what: string, fields: EpayFields, word: string][] = [
    ["a third decimal", { money: "1.001" }, "money"],
    ["an exponent", { money: "1e2" }, "money"],
    ["a sign", { money: "-1.00" }, "money"],
    ["nothing", { money: "0.00" }, "money"],
    ["more than an order takes", { money: "10000000.01" }, "money"],
    ["a point alone", { money: "1." }, "money"],
    ["no number", { out_trade_no: "" }, "out_trade_no"],
    ["a number of 65 characters", { out_trade_no: "7".repeat(65) }, "out_trade_no"],
    ["no name", { name: " " }, "name"],
    ["another kind of payment", { type: "alipay" }, "wxpay"],
    ["an address inside", { notify_url: "http://10.0.0.1/notify" }, "notify_url"],
    ["an address with a password", { notify_url: "https://a:b@shop.example/n" }, "notify_url"],
    ["no address", { notify_url: "javascript:alert(1)" }, "notify_url"],
    ["a way back that is a script", { return_url: "javascript:alert(1)" }, "return_url"],
  ];
  test.each(bad)("with %s is refused by name and changes nothing", async (_, change, word) => {
    const before = await door.edge.rows("select count(*) from orders");
    const { code, msg } = await (await door.byForm("/mapi.php", signed(door.fields(change)))).json();
    expect({ code, msg }).toEqual({ code: -1, msg: expect.stringContaining(word) });
    expect(await door.edge.rows("select count(*) from orders")).toEqual(before);
  });

  test("is refused where it is forged, changed, repeated in itself, or signed by another's key", async () => {
    const fields = door.fields();
    const good = signed(fields);
    const forged: readonly EpayFields[] = [
      { ...good, money: "0.01" },
      { ...good, notify_url: `${door.shopUrl}/mine` },
      { ...good, sign: "0".repeat(32) },
      { ...good, sign: "" },
      without(good, "sign"),
      { ...good, sign_type: "RSA" },
      signed(fields, plainSign(fields, "another key")),
      { ...good, pid: "9999" },
      { ...good, extra: "1" },
    ];
    const before = await door.edge.rows("select count(*) from orders");
    for (const each of forged) expect((await (await door.byForm("/mapi.php", each)).json()).code).toBe(-1);
    const twice = await door.edge.send(`/mapi.php?${new URLSearchParams(good)}&money=0.01`);
    expect((await twice.json()).code).toBe(-1);
    // Also one that says the same twice: which of two a program reads is nobody's guess.
    const same = await door.edge.send(`/mapi.php?${new URLSearchParams(good)}&money=${good.money}`);
    expect((await same.json()).msg).toContain("参数重复");
    expect(await door.edge.rows("select count(*) from orders")).toEqual(before);
  });

  test("is not ordered by a look at the link", async () => {
    const link = `/submit.php?${new URLSearchParams(signed(door.fields()))}`;
    const before = await door.edge.rows("select count(*) from orders");
    await door.edge.send(link, { method: "HEAD" });
    await door.edge.send(link, { headers: { purpose: "prefetch" } });
    expect(await door.edge.rows("select count(*) from orders")).toEqual(before);
  });

  test("shows a shopper in words why it was refused", async () => {
    const page = await door.byForm("/submit.php", { ...signed(door.fields()), money: "0.01" });
    expect(page.status).toBe(400);
    const html = await page.text();
    expect(html).toContain("签名校验失败");
    expect(html).not.toContain(EPAY_KEY);
  });
});
