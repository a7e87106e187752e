import type { HeardMessage, JudgedBooks, JudgeFinding, JudgeInput } from "./judged-books.ts";

// Whether the shop and its people heard of everything, once and in order.

/** The events that an order's end has to have caused. */
export function webhooks(
  { attempts, refunds: rows, events }: JudgedBooks,
  heard: readonly HeardMessage[],
): JudgeFinding[] {
  const findings: JudgeFinding[] = [];
  const say = (number: string | null, sentence: string) => findings.push({ number, kind: "webhook", sentence });
  const numberOf = new Map(attempts.map(({ order_id, out_trade_no }) => [order_id, out_trade_no]));
  const known = new Map(events.map((event) => [event.id, event]));
  const firstHeard = new Map<string, number>();
  for (const [at, message] of heard.entries()) {
    if (!firstHeard.has(message.id)) firstHeard.set(message.id, at);
    if (!known.has(message.id))
      say(numberOf.get(message.orderId) ?? null, `${message.type} ${message.id} was heard and is not in the database`);
  }
  for (const [orderId, own] of Map.groupBy(events, ({ order_id }) => order_id)) {
    const number = numberOf.get(orderId) ?? null;
    const places = own.map(({ id, type }) => {
      const place = firstHeard.get(id);
      if (place === undefined) say(number, `${type} was never heard`);
      return place ?? Number.POSITIVE_INFINITY;
    });
    if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0)))
      say(number, `${own.map(({ type }) => type).join(", ")} were heard in another order`);
  }
  const happened = Map.groupBy(events, ({ order_id, type }) => `${order_id} ${type}`);
  const expect = (orderId: string, type: string, times: number) => {
    const found = happened.get(`${orderId} ${type}`)?.length ?? 0;
    if (found !== times) say(numberOf.get(orderId) ?? null, `${type} was announced ${found} times, not ${times}`);
  };
  for (const [orderId, own] of Map.groupBy(attempts, ({ order_id }) => order_id)) {
    const of = (verdict: string) => own.filter((attempt) => attempt.verdict === verdict).length;
    expect(orderId, "order.paid", own[0]?.order_status === "paid" ? 1 : 0);
    expect(orderId, "order.closed", own[0]?.order_status === "closed" ? 1 : 0);
    expect(orderId, "payment.late", of("late"));
    expect(orderId, "payment.extra", of("extra"));
  }
  const orderOf = new Map([...numberOf].map(([orderId, number]) => [number, orderId]));
  for (const [number, own] of Map.groupBy(rows, ({ out_trade_no }) => out_trade_no)) {
    expect(orderOf.get(number) ?? "", "refund.succeeded", own.filter(({ status }) => status === "succeeded").length);
    expect(orderOf.get(number) ?? "", "refund.failed", own.filter(({ status }) => status === "closed").length);
  }
  for (const { type, data, orderId } of heard) {
    const paid = attempts.find((attempt) => attempt.order_id === orderId && attempt.verdict === "settles");
    if (type === "order.paid" && data.amountPaid !== paid?.amount_paid)
      say(
        numberOf.get(orderId) ?? null,
        `order.paid tells of ${String(data.amountPaid)} fen, paid are ${paid?.amount_paid ?? 0}`,
      );
  }
  return findings;
}

/** A person hears of each payment once, and of all that a channel was told to tell. */
export function pushes({ attempts, news }: JudgedBooks, pushed: JudgeInput["pushed"]): JudgeFinding[] {
  const numberOf = new Map(attempts.map(({ order_id, out_trade_no }) => [order_id, out_trade_no]));
  const lost = news.filter(({ id }) => !pushed.has(id));
  const payments = Map.groupBy(
    news.filter(({ event }) => event === "payment_received"),
    ({ order_id }) => order_id,
  );
  const settled = attempts.filter(({ verdict }) => verdict === "settles");
  const untold = settled.filter(({ order_id }) => payments.get(order_id)?.length !== 1);
  return [
    ...lost.map(
      ({ event, order_id }): JudgeFinding => ({
        number: numberOf.get(order_id ?? "") ?? null,
        kind: "push",
        sentence: `${event} was never pushed`,
      }),
    ),
    ...untold.map(
      ({ out_trade_no, order_id }): JudgeFinding => ({
        number: out_trade_no,
        kind: "push",
        sentence: `its payment is ${payments.get(order_id)?.length ?? 0} news, not one`,
      }),
    ),
  ];
}
