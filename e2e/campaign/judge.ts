import type pg from "pg";

// The independent judge. It imports nothing of the product and nothing of the crowd: it compares, fen by fen, what the sandbox says
// over its own HTTP door with the rows in Postgres, and with what the shop asked for and heard.

export interface JudgeInput {
  readonly client: pg.Client;
  readonly sandboxUrl: string;
  /** By the merchant's order number. */
  readonly asked: ReadonlyMap<string, readonly { readonly amount: number; readonly refundId: string | null }[]>;
  readonly heard: readonly HeardMessage[];
}

interface HeardMessage {
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly data: Record<string, unknown>;
}

export interface JudgeFinding {
  /** The merchant's order number; null: not about one order. */
  readonly number: string | null;
  readonly kind: FindingKind;
  readonly sentence: string;
}

type FindingKind = "orphan" | "double" | "wrong refund" | "ledger" | "webhook" | "push" | "made up";

export interface CampaignVerdict {
  readonly findings: readonly JudgeFinding[];
  readonly counts: Readonly<Record<string, number>>;
}

interface WeChatTrade {
  readonly outTradeNo: string;
  readonly state: string;
  readonly total: number;
  readonly transactionId: string | null;
  readonly refunds: readonly { outRefundNo: string; amount: number; status: string }[];
}

interface PaidAttemptRow {
  number: string;
  order_id: string;
  out_trade_no: string;
  order_status: string;
  status: string;
  verdict: string | null;
  resolution: string | null;
  transaction_id: string | null;
  amount_paid: number;
  refunded: number;
  refund_held: number;
  booked: number;
  booked_fen: string;
}

interface MadeRefundRow {
  id: string;
  number: string;
  trade_number: string;
  out_trade_no: string;
  amount: number;
  status: string;
  origin: string;
  booked: number;
}

interface JudgedBooks {
  readonly trades: readonly WeChatTrade[];
  readonly attempts: readonly PaidAttemptRow[];
  readonly refunds: readonly MadeRefundRow[];
  readonly alerts: readonly { kind: string; order_id: string | null; transaction_id: string | null }[];
  readonly events: readonly { id: string; seq: string; type: string; order_id: string; status: string }[];
  readonly totals: { clearing: string; unbalanced: number; orders: number };
}

export async function judge(input: JudgeInput): Promise<CampaignVerdict> {
  const books = await readBooks(input);
  const findings = [
    ...paidFen(books),
    ...madeUp(books),
    ...refunds(books, input.asked),
    ...ledger(books),
    ...webhooks(books, input.heard),
  ];
  return { findings, counts: countsOf(books) };
}

async function readBooks({ client, sandboxUrl }: JudgeInput): Promise<JudgedBooks> {
  const answer = await fetch(`${sandboxUrl}/control/trades`);
  const { trades } = (await answer.json()) as { trades: WeChatTrade[] };
  const rows = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows;
  const [totals] = await rows<JudgedBooks["totals"]>(
    `select (select coalesce(sum(debit - credit), 0) from journal_lines where account = 'wechat_clearing') as clearing,
            (select count(*)::int from (select entry_id from journal_lines group by entry_id having sum(debit) <> sum(credit)) u) as unbalanced,
            (select count(*)::int from orders) as orders`,
  );
  if (totals === undefined) throw new Error("the database answers nothing");
  return {
    trades,
    totals,
    attempts: await rows<PaidAttemptRow>(
      `select a.number, a.order_id, o.out_trade_no, o.status as order_status, a.status, a.verdict, a.resolution, a.transaction_id,
              a.amount_paid, a.refunded, a.refund_held,
              (select count(*)::int from journal_entries e where e.cause = 'payment:' || a.id) as booked,
              (select coalesce(sum(l.debit), 0) from journal_entries e join journal_lines l on l.entry_id = e.id
                where e.cause = 'payment:' || a.id and l.account = 'wechat_clearing') as booked_fen
         from payment_attempts a join orders o on o.id = a.order_id`,
    ),
    refunds: await rows<MadeRefundRow>(
      `select r.id, r.number, a.number as trade_number, o.out_trade_no, r.amount, r.status, r.origin,
              (select count(*)::int from journal_entries e where e.cause = 'refund:' || r.id) as booked
         from refunds r join payment_attempts a on a.id = r.attempt_id join orders o on o.id = r.order_id`,
    ),
    alerts: await rows("select kind, order_id, detail ->> 'transactionId' as transaction_id from alerts"),
    events: await rows(
      `select e.id, e.seq, e.type, e.order_id, d.status from webhook_events e
         join webhook_deliveries d on d.event_id = e.id where e.order_id is not null order by e.seq`,
    ),
  };
}

const isPaid = ({ state, transactionId }: WeChatTrade): boolean =>
  transactionId !== null && (state === "SUCCESS" || state === "REFUND");

/** Alerts by which a person is told of money that settles nothing. */
const LISTED: Readonly<Record<string, string>> = {
  late: "late_payment",
  extra: "extra_payment",
  mismatch: "amount_mismatch",
};

/** Every fen that WeChat calls paid is booked to its order, given back, or on a list with an alert: exactly one of them. */
function paidFen({ trades, attempts, alerts }: JudgedBooks): JudgeFinding[] {
  const byTransaction = Map.groupBy(
    attempts.filter((each) => each.transaction_id !== null),
    (each) => each.transaction_id,
  );
  const byNumber = new Map(attempts.map((attempt) => [attempt.number, attempt]));
  return trades.flatMap((trade): JudgeFinding[] => {
    const named = byNumber.get(trade.outTradeNo);
    const orderNumber = named?.out_trade_no ?? trade.outTradeNo;
    const finding = (kind: FindingKind, sentence: string) => [{ number: orderNumber, kind, sentence }];
    const found = byTransaction.get(trade.transactionId) ?? [];
    if (trade.state === "REVOKED") {
      return found.length === 0 && named?.status !== "succeeded"
        ? []
        : finding("double", `${trade.outTradeNo} was taken back at WeChat and is paid here`);
    }
    if (!isPaid(trade)) return [];
    if (found.length > 1) return finding("double", `${trade.transactionId} is paid by ${found.length} attempts`);
    const [here] = found;
    if (here === undefined) {
      const isListed = alerts.some(
        (alert) => alert.transaction_id === trade.transactionId && alert.kind === "unknown_order",
      );
      return isListed
        ? []
        : finding(
            "orphan",
            `${trade.total} fen paid for ${trade.outTradeNo} are nowhere; its attempt is ${named?.status ?? "missing"}`,
          );
    }
    if (here.amount_paid !== trade.total)
      return finding("orphan", `${trade.outTradeNo}: ${trade.total} fen paid, ${here.amount_paid} here`);
    if (here.booked > 1 || Number(here.booked_fen) > trade.total)
      return finding("double", `${trade.outTradeNo} is booked ${here.booked} times, ${here.booked_fen} fen`);
    if (here.booked !== 1 || Number(here.booked_fen) !== trade.total)
      return finding("orphan", `${trade.outTradeNo}: ${here.booked_fen} of ${trade.total} fen are booked`);
    if (here.verdict === "settles")
      return here.order_status === "paid"
        ? []
        : finding("orphan", `${trade.outTradeNo} settles an order that is ${here.order_status}`);
    const alert = LISTED[here.verdict ?? ""];
    const isTold = alerts.some(
      ({ kind, order_id, transaction_id }) =>
        kind === alert && order_id === here.order_id && transaction_id === trade.transactionId,
    );
    return isTold ? [] : finding("orphan", `${trade.outTradeNo} is ${here.verdict}, and nobody is told`);
  });
}

/** Nothing is paid here that WeChat does not call paid, and no order is settled twice. */
function madeUp({ trades, attempts }: JudgedBooks): JudgeFinding[] {
  const paid = new Set(trades.filter(isPaid).map(({ transactionId }) => transactionId));
  const invented = attempts.filter(({ status, transaction_id }) => status === "succeeded" && !paid.has(transaction_id));
  const byOrder = [...Map.groupBy(attempts, ({ order_id }) => order_id).values()];
  return [
    ...invented.map(
      ({ out_trade_no, number }): JudgeFinding => ({
        number: out_trade_no,
        kind: "made up",
        sentence: `${number} is paid here and not at WeChat`,
      }),
    ),
    ...byOrder.flatMap((own): JudgeFinding[] => {
      const [first] = own;
      const settling = own.filter(({ verdict }) => verdict === "settles").length;
      if (first === undefined || settling === (first.order_status === "paid" ? 1 : 0)) return [];
      return [
        {
          number: first.out_trade_no,
          kind: "double",
          sentence: `an order that is ${first.order_status} has ${settling} settling payments`,
        },
      ];
    }),
  ];
}

const REFUND_STATES: Readonly<Record<string, string>> = {
  succeeded: "SUCCESS",
  abnormal: "ABNORMAL",
  closed: "CLOSED",
};

function refunds({ trades, attempts, refunds: rows }: JudgedBooks, asked: JudgeInput["asked"]): JudgeFinding[] {
  const wrong = (number: string | null, sentence: string): JudgeFinding => ({ number, kind: "wrong refund", sentence });
  const here = new Map(rows.map((row) => [row.number, row]));
  const there = new Map(
    trades.flatMap((trade) => trade.refunds.map((refund) => [refund.outRefundNo, { ...refund, trade }])),
  );
  const attemptOf = new Map(attempts.map((attempt) => [attempt.number, attempt]));
  const findings: JudgeFinding[] = [];
  for (const [number, { amount, status, trade }] of there) {
    const row = here.get(number);
    const state = row && REFUND_STATES[row.status];
    if (row === undefined)
      findings.push(wrong(trade.outTradeNo, `refund ${number} of ${amount} fen is at WeChat and not here`));
    else if (row.amount !== amount || state !== status || row.trade_number !== trade.outTradeNo)
      findings.push(
        wrong(
          row.out_trade_no,
          `refund ${number}: ${amount} fen ${status} at WeChat, ${row.amount} fen ${row.status} here`,
        ),
      );
  }
  for (const row of rows) {
    if (!there.has(row.number) && row.status !== "closed")
      findings.push(wrong(row.out_trade_no, `refund ${row.number} is ${row.status} here and unknown at WeChat`));
    if (row.booked !== (row.status === "succeeded" ? 1 : 0))
      findings.push(wrong(row.out_trade_no, `refund ${row.number} is ${row.status} and booked ${row.booked} times`));
  }
  for (const trade of trades) {
    const alive = trade.refunds
      .filter(({ status }) => status !== "CLOSED")
      .reduce((sum, { amount }) => sum + amount, 0);
    const back = trade.refunds
      .filter(({ status }) => status === "SUCCESS")
      .reduce((sum, { amount }) => sum + amount, 0);
    const attempt = attemptOf.get(trade.outTradeNo);
    if (alive > trade.total) findings.push(wrong(trade.outTradeNo, `${alive} of ${trade.total} fen went back`));
    if (attempt !== undefined && attempt.refunded !== back)
      findings.push(wrong(attempt.out_trade_no, `${back} fen went back, ${attempt.refunded} here`));
  }
  return [...findings, ...unasked(rows, asked)];
}

/** What went back is what the shop asked for: each request once, nothing else. */
function unasked(rows: readonly MadeRefundRow[], asked: JudgeInput["asked"]): JudgeFinding[] {
  const made = Map.groupBy(
    rows.filter(({ origin }) => origin === "request"),
    ({ out_trade_no }) => out_trade_no,
  );
  const numbers = [...new Set([...made.keys(), ...asked.keys()])];
  return numbers.flatMap((number): JudgeFinding[] => {
    const amounts = (list: readonly { amount: number }[]) =>
      list
        .map(({ amount }) => amount)
        .toSorted((a, b) => a - b)
        .join(", ");
    const [wanted, found] = [amounts(asked.get(number) ?? []), amounts(made.get(number) ?? [])];
    return wanted === found
      ? []
      : [
          {
            number,
            kind: "wrong refund",
            sentence: `the shop asked for refunds of ${wanted || "nothing"}, made were ${found || "none"}`,
          },
        ];
  });
}

function ledger({ trades, totals }: JudgedBooks): JudgeFinding[] {
  const paid = trades.filter(isPaid);
  const back = paid.flatMap((trade) => trade.refunds).filter(({ status }) => status === "SUCCESS");
  const fen = sum(paid.map(({ total }) => total)) - sum(back.map(({ amount }) => amount));
  const findings: JudgeFinding[] = [];
  if (Number(totals.clearing) !== fen)
    findings.push({
      number: null,
      kind: "ledger",
      sentence: `${fen} fen are at WeChat, the ledger has ${totals.clearing}`,
    });
  if (totals.unbalanced > 0)
    findings.push({ number: null, kind: "ledger", sentence: `${totals.unbalanced} entries do not balance` });
  return findings;
}

/** The events that an order's end has to have caused. */
function webhooks({ attempts, refunds: rows, events }: JudgedBooks, heard: readonly HeardMessage[]): JudgeFinding[] {
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

function countsOf({ trades, attempts, refunds: rows, totals }: JudgedBooks): Record<string, number> {
  const paid = trades.filter(isPaid);
  const verdict = (name: string) => attempts.filter((attempt) => attempt.verdict === name).length;
  return {
    orders: totals.orders,
    "trades paid at WeChat": paid.length,
    "fen paid at WeChat": sum(paid.map(({ total }) => total)),
    "payments booked to their order": verdict("settles"),
    "payments listed: late": verdict("late"),
    "payments listed: extra": verdict("extra"),
    "payments listed: other amount": verdict("mismatch"),
    "charges by code taken back": trades.filter(
      ({ state, transactionId }) => state === "REVOKED" && transactionId !== null,
    ).length,
    "refunds succeeded": rows.filter(({ status }) => status === "succeeded").length,
    "refunds refused or closed": rows.filter(({ status }) => status === "closed").length,
    "refunds abnormal": rows.filter(({ status }) => status === "abnormal").length,
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
