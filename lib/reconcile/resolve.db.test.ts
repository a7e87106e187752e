import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { fen } from "#lib/base/fen.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { listDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { CLOSED_REASONS } from "./resolve.ts";
import { reconciliationWorld } from "./testing/reconciliation-world.ts";

// Goal: what is done about a difference changes the books by WeChat's word alone, is written down, and closes what it settled;
// where WeChat contradicts its bill, or says nothing, nothing changes and nothing is closed.

const person = "finance@shop.test";

describe.each(["v3", "v2"] as const)("%s", (protocol) => {
  let world: Awaited<ReturnType<typeof reconciliationWorld>>;
  let day: string;
  beforeAll(async () => {
    world = await reconciliationWorld(protocol);
    day = beijingDay(world.clock.now());
  });
  afterAll(() => world.close());
  beforeEach(() => world.lie({ omit: [], wrongAmount: {}, strange: [], alwaysReady: true }));

  const rows = async <Row>(sql: string, values: unknown[] = []) =>
    (await world.database.pool.query(sql, values)).rows as Row[];
  const open = async () => {
    await world.reconciliation.run(day);
    const [run] = await listRuns(world.database.pool, { limit: 1 });
    const found = await listDiscrepancies(world.database.pool, run?.id ?? "", 50);
    return found.filter(({ closedAt }) => closedAt === null);
  };
  const onlyOne = async (kind: string) => {
    const found = await open();
    expect(found.map((one) => one.kind)).toEqual([kind]);
    const id = found[0]?.id ?? "";
    const stateOf = async () =>
      (await rows<object>("select closed_by as by, closed_reason as reason from discrepancies where id = $1", [id]))[0];
    return { id, stateOf };
  };
  const auditActions = async (id: string) =>
    (
      await rows<{ action: string }>("select action from audit_log where subject = $1 order by id", [
        `discrepancy:${id}`,
      ])
    ).map(({ action }) => action);
  const billAlerts = async () =>
    (await listAlerts(world.database.pool, { onlyOpen: true, limit: 50 })).filter(
      ({ kind }) => kind === "bill_differences",
    );
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => "none",
      ({ code }) => code,
    );

  test("a payment that was never heard of is booked by WeChat's word, then given back", async () => {
    const late = await world.order(7, { pay: null });
    await world.payments.closeOrder(late.id);
    await world.control("pay", { outTradeNo: late.outTradeNo, outcome: "success", force: true });
    const { id, stateOf } = await onlyOne("status_differs");
    expect(await billAlerts()).toMatchObject([{ detail: { day, count: 1 } }]);
    expect(await world.resolutions.query({ id, person })).toMatchObject({
      ...{ answer: { about: "trade", state: "paid", totalFen: 700, isOurs: true }, isClosed: true },
    });
    expect(await stateOf()).toEqual({ by: person, reason: CLOSED_REASONS.asked });
    expect(await auditActions(id)).toEqual(["discrepancy.ask", "discrepancy.closed"]);
    expect(await billAlerts()).toEqual([]);
    expect((await world.payments.order(late.id)).extraPayments).toMatchObject([
      { verdict: "late", resolution: "open" },
    ]);
    expect(await codeOf(world.resolutions.query({ id, person }))).toBe("conflict");

    const unresolved = await onlyOne("unresolved_payment");
    expect(await billAlerts()).toHaveLength(1);
    expect(await codeOf(world.resolutions.query({ id: unresolved.id, person }))).toBe("conflict");
    await world.resolutions.refund({ id: unresolved.id, person });
    expect(await unresolved.stateOf()).toEqual({ by: person, reason: CLOSED_REASONS.refunded });
    expect(await auditActions(unresolved.id)).toEqual(["discrepancy.refund", "discrepancy.closed"]);
    expect((await world.payments.order(late.id)).extraPayments[0]?.resolution).not.toBe("open");
    await vi.waitUntil(
      async () => {
        const [refund] = await world.payments.refunds(late.id);
        return (await world.payments.syncRefund(refund?.id ?? "")).status === "succeeded";
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(await open()).toEqual([]);
  });

  test("a refund made in WeChat's console is booked", async () => {
    const order = await world.order(9);
    const gateway = await world.gateways.of(world.credentials.id);
    const refund = { number: `CONSOLE-${protocol}`, tradeNumber: order.outTradeNo, reason: null };
    const money = { transactionId: order.transactionId ?? "", amountFen: fen(300), totalFen: fen(900) };
    expect((await gateway.openRefund({ ...refund, ...money })).kind).toBe("done");
    await vi.waitUntil(
      async () => {
        const found = await gateway.findRefund(refund.number);
        return found.kind === "done" && found.value.status === "succeeded";
      },
      { timeout: 20_000, interval: 200 },
    );
    const { id } = await onlyOne("refund_only_in_bill");
    expect(await world.resolutions.query({ id, person })).toMatchObject({
      ...{ answer: { about: "refund", state: "succeeded", amountFen: 300 }, isClosed: true },
    });
    expect((await world.payments.order(order.id)).amountRefunded).toBe(300);
    expect(await open()).toEqual([]);
  });

  /** A trade as it was before a failover lost its order: only WeChat knows it. */
  const lostTrade = async (number: string, amount: number) => {
    const gateway = await world.gateways.of(world.credentials.id);
    const opened = await gateway.openTrade({
      ...{ number, channel: "native", amountFen: fen(amount), description: "茶", openid: null, payerIp: null },
      expiresAt: new Date(world.clock.now().getTime() + 10 * MINUTE_MS),
    });
    expect(opened.kind).toBe("done");
    await world.control("pay", { outTradeNo: number, outcome: "success" });
  };

  test("a paid order that was lost here is made again from WeChat's answer, once, and can be refunded", async () => {
    const number = `LOST${protocol}000001`;
    await lostTrade(number, 900);
    const { id, stateOf } = await onlyOne("only_in_bill");
    expect(await world.resolutions.query({ id, person })).toMatchObject({
      answer: { state: "paid", isOurs: false },
      isClosed: false,
    });
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => world.resolutions.recover({ id, person })));
    const orders = tries.flatMap((one) =>
      one.status === "fulfilled" && "orderId" in one.value ? [one.value.orderId] : [],
    );
    expect(new Set(orders).size).toBe(1);
    for (const one of tries) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
    const orderId = orders[0] ?? "";
    expect(await stateOf()).toEqual({ by: person, reason: CLOSED_REASONS.recovered });
    expect(await world.payments.order(orderId)).toMatchObject({
      ...{ outTradeNo: number, status: "paid", amountDue: 900, amountPaid: 900, metadata: { recovered: "wechat" } },
      extraPayments: [],
    });
    const [marks] = await rows<object>(
      `select (select count(*)::int from orders where out_trade_no = $1) as orders,
              (select count(*)::int from journal_entries where order_id = $2 and cause like 'payment:%') as booked,
              (select array_agg(person) from recovered_orders where order_id = $2) as persons,
              (select count(*)::int from audit_log where action = 'order.recovered' and subject = $2) as audited`,
      [number, orderId],
    );
    expect(marks).toEqual({ orders: 1, booked: 1, persons: [person], audited: 1 });
    expect((await auditActions(id)).at(0)).toBe("discrepancy.ask");
    expect(await auditActions(id)).toContain("discrepancy.recover");
    expect(await open()).toEqual([]);
    const made = await world.payments.refundOrder({ orderId, amount: 300 });
    const refundId = made.kind === "requested" ? made.refund.id : "";
    await vi.waitUntil(async () => (await world.payments.syncRefund(refundId)).status === "succeeded", {
      ...{ timeout: 20_000, interval: 200 },
    });
    expect(await open()).toEqual([]);
    expect(await codeOf(world.resolutions.recover({ id, person }))).toBe("conflict");
  });

  test("a lost order that was partly refunded is recovered, and then its refund", async () => {
    const number = `LOST${protocol}000002`;
    await lostTrade(number, 800);
    const gateway = await world.gateways.of(world.credentials.id);
    const paid = await gateway.findTrade(number);
    const transactionId = paid.kind === "done" ? (paid.value.payment?.transactionId ?? "") : "";
    const refund = { number: `${number}R1`, tradeNumber: number, transactionId, reason: null };
    expect((await gateway.openRefund({ ...refund, amountFen: fen(200), totalFen: fen(800) })).kind).toBe("done");
    await vi.waitUntil(
      async () => {
        const found = await gateway.findRefund(refund.number);
        return found.kind === "done" && found.value.status === "succeeded";
      },
      { timeout: 20_000, interval: 200 },
    );
    const found = await open();
    const idOf = (kind: string) => found.find((one) => one.kind === kind)?.id ?? "";
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(["only_in_bill", "refund_only_in_bill"]);
    // Before the order is there, WeChat's answer about its refund has no place.
    expect(await world.resolutions.query({ id: idOf("refund_only_in_bill"), person })).toMatchObject({
      isClosed: false,
    });
    const recovered = await world.resolutions.recover({ id: idOf("only_in_bill"), person });
    expect(recovered).toMatchObject({ kind: "recovered", isClosed: true });
    expect(await world.resolutions.query({ id: idOf("refund_only_in_bill"), person })).toMatchObject({
      isClosed: true,
    });
    const order = await world.payments.order(recovered.kind === "recovered" ? recovered.orderId : "");
    expect([order.status, order.amountPaid, order.amountRefunded]).toEqual(["partially_refunded", 800, 200]);
    expect(await open()).toEqual([]);
  });

  test("a trade's number that no order may have gets an order with another", async () => {
    const number = `LOST${protocol}${"0".repeat(26)}`;
    await lostTrade(number, 100);
    const { id } = await onlyOne("only_in_bill");
    const recovered = await world.resolutions.recover({ id, person });
    const orderId = recovered.kind === "recovered" ? recovered.orderId : "";
    expect(await world.payments.order(orderId)).toMatchObject({ status: "paid", amountPaid: 100 });
    expect(await rows("select number from payment_attempts where order_id = $1", [orderId])).toEqual([{ number }]);
    expect(await open()).toEqual([]);
  });

  test("where the shop has made the lost order again, that one is paid", async () => {
    const number = `LOST${protocol}000003`;
    await lostTrade(number, 500);
    const { id } = await onlyOne("only_in_bill");
    const again = await world.payments.createOrder({
      outTradeNo: number,
      items: [{ name: "茶", price: 5, quantity: 1 }],
    });
    expect(await world.resolutions.recover({ id, person })).toEqual({
      kind: "recovered",
      orderId: again.id,
      isClosed: true,
    });
    expect((await world.payments.order(again.id)).status).toBe("paid");
    expect(await rows("select from recovered_orders where order_id = $1", [again.id])).toEqual([]);
    expect(await open()).toEqual([]);
  });

  test("nothing is made where WeChat does not confirm what its bill shows, or is silent", async () => {
    const number = `LOST${protocol}000004`;
    await lostTrade(number, 700);
    const before = await rows("select count(*) from orders");
    const lies: readonly [object, string][] = [
      [{ strange: [{ outTradeNo: "NEVER00001", transactionId: "4200000099", total: 55 }], omit: [number] }, "absent"],
      [{ strange: [{ outTradeNo: number, transactionId: "4200000098", total: 700 }], omit: [number] }, "differs"],
      [{ strange: [], omit: [], wrongAmount: { [number]: 701 } }, "differs"],
    ];
    for (const [lie, why] of lies) {
      await world.lie(lie);
      const found = (await open()).filter(({ kind }) => kind === "only_in_bill");
      expect(found).toHaveLength(1);
      const id = found[0]?.id ?? "";
      expect(await world.resolutions.recover({ id, person })).toEqual({ kind: "not_recovered", why });
    }
    await world.lie({ strange: [], omit: [], wrongAmount: {} });
    const { id, stateOf } = await onlyOne("only_in_bill");
    await world.control("faults", { api: { operations: ["query"], errorRate: 1 } });
    expect(await codeOf(world.resolutions.recover({ id, person }))).toBe("gateway_unavailable");
    await world.control("faults", { api: { operations: [], errorRate: 0 } });
    expect(await rows("select count(*) from orders")).toEqual(before);
    expect(await stateOf()).toEqual({ by: null, reason: null });
    await world.resolutions.recover({ id, person });
    expect(await open()).toEqual([]);
  });

  test("Postgres keeps no order as recovered that the bill's payment did not pay", async () => {
    const order = await world.order(2, { pay: null });
    const [found] = await rows<{ id: string }>(
      "select id::text from discrepancies where kind = 'only_in_bill' limit 1",
    );
    await expect(
      world.database.pool.query(
        "insert into recovered_orders (order_id, transaction_id, discrepancy_id, person, recovered_at) values ($1, '42', $2, 'x', now())",
        [order.id, found?.id],
      ),
    ).rejects.toMatchObject({ constraint: "recovered_order" });
    await expect(world.database.pool.query("delete from recovered_orders")).rejects.toMatchObject({
      constraint: "append_only",
    });
    await world.payments.closeOrder(order.id);
  });

  test("WeChat contradicts its bill: nothing changes, and a person's reason closes it", async () => {
    const order = await world.order(4);
    await world.lie({ omit: [order.outTradeNo] });
    const { id, stateOf } = await onlyOne("only_in_book");
    const before = await world.payments.order(order.id);
    expect(await world.resolutions.query({ id, person })).toMatchObject({
      ...{ answer: { state: "paid", totalFen: 400, isOurs: true }, isClosed: false },
    });
    expect(await world.payments.order(order.id)).toEqual(before);
    expect(await stateOf()).toEqual({ by: null, reason: null });
    expect(await codeOf(world.resolutions.refund({ id, person }))).toBe("conflict");
    expect(await codeOf(world.resolutions.accept({ id, person, reason: " " }))).toBe("invalid_request");
    expect(await billAlerts()).toHaveLength(1);
    await world.resolutions.accept({ id, person, reason: "账单次日更正" });
    expect(await billAlerts()).toEqual([]);
    expect(await open()).toEqual([]);
  });

  test("an unknown difference stays open; a new one raises a new alert, one a day", async () => {
    const strange = (outTradeNo: string) => ({ outTradeNo, transactionId: `42000000${outTradeNo}`, total: 55 });
    await world.lie({ strange: [strange("STRANGE001"), strange("STRANGE002")] });
    const found = await open();
    expect(found.map(({ kind }) => kind)).toEqual(["only_in_bill", "only_in_bill"]);
    expect(await billAlerts()).toMatchObject([{ detail: { count: 2 } }]);
    const [first, second] = found.map(({ id }) => id);
    expect(await world.resolutions.query({ id: first ?? "", person })).toMatchObject({
      ...{ answer: { state: "absent", isOurs: false }, isClosed: false },
    });
    await world.resolutions.accept({ id: first ?? "", person, reason: "别的店" });
    expect(await billAlerts()).toMatchObject([{ detail: { count: 1 } }]);
    await world.resolutions.accept({ id: second ?? "", person, reason: "别的店" });
    expect(await billAlerts()).toEqual([]);
    await world.lie({ strange: [strange("STRANGE003")] });
    expect(await open()).toHaveLength(1);
    expect(await billAlerts()).toHaveLength(1);
    // No longer found: it closes itself, and so does what tells of it.
    await world.lie({ strange: [] });
    expect(await open()).toEqual([]);
    expect(await billAlerts()).toEqual([]);
    await world.lie({ strange: [strange("STRANGE003")] });
    await open();
    expect(await billAlerts()).toHaveLength(1);
    await world.lie({ strange: [] });
    await open();
  });

  test("while WeChat is silent nothing changes", async () => {
    const order = await world.order(5, { pay: null });
    await world.payments.closeOrder(order.id);
    await world.control("pay", { outTradeNo: order.outTradeNo, outcome: "success", force: true });
    const { id, stateOf } = await onlyOne("status_differs");
    await world.control("faults", { api: { operations: ["query"], errorRate: 1 } });
    expect(await codeOf(world.resolutions.query({ id, person }))).toBe("gateway_unavailable");
    await world.control("faults", { api: { operations: [], errorRate: 0 } });
    expect(await stateOf()).toEqual({ by: null, reason: null });
    expect((await world.payments.order(order.id)).status).toBe("closed");
    await Promise.allSettled(Array.from({ length: 5 }, () => world.resolutions.query({ id, person })));
    const [booked] = await rows<{ count: number }>(
      "select count(*)::int from journal_entries where order_id = $1 and cause like 'payment:%'",
      [order.id],
    );
    expect(booked?.count).toBe(1);
    expect(await stateOf()).toEqual({ by: person, reason: CLOSED_REASONS.asked });
    const unresolved = await onlyOne("unresolved_payment");
    await world.resolutions.accept({ id: unresolved.id, person, reason: "顾客会来店里取" });
  });

  test("vouchers: three numbers apart, from the order to the bill", async () => {
    await world.control("vouchers", { amount: 200, type: "NOCASH", goodsTag: "TAG", name: "满减券" });
    await world.control("vouchers", { amount: 150, type: "CASH" });
    const ours = await world.order(10, { goodsTag: "TAG" });
    const prefunded = await world.order(10);
    expect(ours).toMatchObject({
      ...{ status: "paid", amountDue: 1000, amountPaid: 1000, amountPayer: 800, amountSettled: 800, goodsTag: "TAG" },
      vouchers: [{ amount: 200, funding: "merchant" }],
    });
    expect(prefunded).toMatchObject({
      ...{ amountPaid: 1000, amountPayer: 850, amountSettled: 1000 },
      vouchers: [{ amount: 150, funding: "prefunded" }],
    });
    const left = await open();
    expect(left.map(({ kind, tradeNumber }) => [kind, tradeNumber])).toEqual([]);
    // Twice a part, each with its share of the voucher.
    for (const amount of [333, 500]) {
      const made = await world.payments.refundOrder({ orderId: ours.id, amount });
      const refundId = made.kind === "requested" ? made.refund.id : "";
      await vi.waitUntil(async () => (await world.payments.syncRefund(refundId)).status === "succeeded", {
        ...{ timeout: 20_000, interval: 200 },
      });
      await world.control("clock", { advanceMs: MINUTE_MS + 1000 });
      world.clock.skip(MINUTE_MS + 1000);
    }
    const refunds = await world.payments.refunds(ours.id);
    expect(refunds.map(({ amount, amountPayer, amountSettled }) => [amount, amountPayer, amountSettled])).toEqual([
      [500, 400, 400],
      [333, 267, 267],
    ]);
    expect(await open()).toEqual([]);
    const [run] = await listRuns(world.database.pool, { limit: 1 });
    expect(run?.sums?.ours).toEqual(run?.sums?.theirs);
    const books = await rows<{ account: string; balance: number }>(
      `select l.account, sum(l.debit - l.credit)::int as balance from journal_lines l join journal_entries e on e.id = l.entry_id
        where e.order_id = $1 group by 1 order by 1`,
      [ours.id],
    );
    expect(books).toEqual([
      { account: "refunds", balance: 833 },
      { account: "sales", balance: -1000 },
      { account: "vouchers", balance: 200 - 66 - 100 },
      { account: "wechat_clearing", balance: 800 - 267 - 400 },
    ]);
    await world.lie({ wrongVoucher: { [ours.outTradeNo]: 201, [prefunded.outTradeNo]: 149 } });
    const lied = await open();
    expect(lied.map(({ kind, tradeNumber, ours: mine, theirs }) => [kind, tradeNumber, mine, theirs])).toEqual([
      ["voucher_effect", ours.outTradeNo, 800, 799],
      ["voucher_differs", prefunded.outTradeNo, 150, 149],
    ]);
    await world.lie({ wrongVoucher: {} });
    expect(await open()).toEqual([]);
  });
});
