import { pushes, webhooks } from "./judge-messages.ts";
import {
  type FindingKind,
  isPaid,
  type JudgedBooks,
  type JudgeFinding,
  type JudgeInput,
  type MadeRefundRow,
  readBooks,
  type WeChatTrade,
} from "./judged-books.ts";

// The independent judge. It imports nothing of the product and nothing of the crowd: it compares, fen by fen, what the sandbox says
// over its own HTTP door with the rows in Postgres, and with what the shop asked for and heard.

export interface CampaignVerdict {
  readonly findings: readonly JudgeFinding[];
  readonly counts: Readonly<Record<string, number>>;
}

export async function judge(input: JudgeInput): Promise<CampaignVerdict> {
  const books = await readBooks(input);
  const findings = [
    ...paidFen(books),
    ...inTime(books, input.paidInTime),
    ...madeUp(books),
    ...refunds(books, input.asked),
    ...ledger(books),
    ...webhooks(books, input.heard),
    ...pushes(books, input.pushed),
  ];
  return { findings, counts: countsOf(books) };
}

/** Alerts by which a person is told of money that settles nothing. */
const LISTED: Readonly<Record<string, string>> = {
  late: "late_payment",
  extra: "extra_payment",
  mismatch: "amount_mismatch",
};

/** Every fen that WeChat calls paid is booked to its order, given back, or on a list with an alert: exactly one of them. */
function paidFen({ trades, attempts, alerts, inBillOnly }: JudgedBooks): JudgeFinding[] {
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
      // The bill is the last to tell: for money that no notice told of, and never for what we said that we took.
      const isTaken = trade.notices.some(({ outRefundNo, state }) => outRefundNo === null && state === "acknowledged");
      return isListed || (inBillOnly.has(trade.outTradeNo) && !isTaken)
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

/** A payment before the order was closed settles it, if nothing else did. */
function inTime({ trades, attempts }: JudgedBooks, paidInTime: JudgeInput["paidInTime"]): JudgeFinding[] {
  const byNumber = new Map(attempts.map((attempt) => [attempt.number, attempt]));
  const late = trades.filter(isPaid).flatMap(({ outTradeNo }) => {
    const attempt = byNumber.get(outTradeNo);
    return attempt !== undefined && paidInTime.has(attempt.out_trade_no) && attempt.order_status !== "paid"
      ? [attempt]
      : [];
  });
  return late.map(({ out_trade_no, order_status }) => ({
    number: out_trade_no,
    kind: "orphan",
    sentence: `it was paid in time and is ${order_status}`,
  }));
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

function ledger({ trades, attempts, totals, inBillOnly }: JudgedBooks): JudgeFinding[] {
  const known = new Set(attempts.map(({ transaction_id }) => transaction_id));
  const isListedOnly = ({ outTradeNo, transactionId }: WeChatTrade) =>
    inBillOnly.has(outTradeNo) && !known.has(transactionId);
  const paid = trades.filter((trade) => isPaid(trade) && !isListedOnly(trade));
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

function countsOf({ trades, attempts, refunds: rows, totals, inBillOnly, news }: JudgedBooks): Record<string, number> {
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
    "payments listed: by WeChat's bill": [...inBillOnly].filter((number) =>
      paid.some(({ outTradeNo }) => outTradeNo === number),
    ).length,
    "charges by code taken back": trades.filter(
      ({ state, transactionId }) => state === "REVOKED" && transactionId !== null,
    ).length,
    "news pushed": news.length,
    "refunds succeeded": rows.filter(({ status }) => status === "succeeded").length,
    "refunds refused or closed": rows.filter(({ status }) => status === "closed").length,
    "refunds abnormal": rows.filter(({ status }) => status === "abnormal").length,
  };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
