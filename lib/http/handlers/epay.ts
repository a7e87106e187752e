import { randomBytes } from "node:crypto";
import { AppError, isAppError } from "#lib/base/app-error.ts";
import { beijingDay, beijingMidnight, beijingTime } from "#lib/base/beijing-time.ts";
import { EPAY_FIELDS_MAX, EPAY_FORM_BYTES_MAX, EPAY_PAGE_MAX, EPAY_SKIP_MAX } from "#lib/base/epay-limits.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { EpayTrouble } from "#lib/contract/epay.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { type EpayOrdered, keyHolder, orderOf, refundOf, signedAccount, wayBack } from "#lib/epay/epay.ts";
import type { EpayAccount, EpayOrder } from "#lib/epay/ports.ts";
import { type EpayParams, readMoney } from "#lib/epay/protocol.ts";
import { chooseLanguage, HOME_LANGUAGE, textsIn } from "#lib/texts/language.ts";
import { json, redirect } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { bodyUpTo } from "../endpoint.ts";
import { isPrefetchOrHead } from "../fetch-metadata.ts";
import { formOf } from "../read-request.ts";

// The door for software that speaks the protocol of epay. Answers in JSON are 200 with a code of the protocol's own, since its clients
// read nothing else.

/** `GET` and `POST /submit.php`: the shopper's browser brings the software's form, and goes on to the pay page. */
export async function submitEpay(call: Call): Promise<Answer> {
  const params = await readParams(call);
  if (params === null) return refusalPage(call, "malformed");
  // Nothing is ordered for a preview of the address.
  if (call.method === "HEAD" || isPrefetchOrHead(call.headers)) return redirect("/");
  const ordered = await orderWithin(call, params);
  if (ordered.kind === "refused")
    return ordered.trouble === "pid" ? unlessClosed(call, refusalPage) : refusalPage(call, ordered.trouble);
  return redirect(`/pay/${ordered.order.orderId}`);
}

/** `GET` and `POST /mapi.php`: the same for the software's own server. The code to show is the pay page's address, which every scanner opens. */
export async function mapiEpay(call: Call): Promise<Answer> {
  const params = await readParams(call);
  if (params === null) return refusal("malformed");
  if (call.method === "HEAD") return json(200, null);
  const ordered = await orderWithin(call, params);
  if (ordered.kind === "refused")
    return ordered.trouble === "pid" ? unlessClosed(call, () => refusal("pid")) : refusal(ordered.trouble);
  const payurl = `${call.container.settings.publicUrl}/pay/${ordered.order.orderId}`;
  return json(200, { code: 1, msg: WORDS.done, trade_no: ordered.order.orderId, payurl, qrcode: payurl });
}

type Act = (call: Call, account: EpayAccount, params: EpayParams) => Promise<Answer>;

/** `GET` and `POST /api.php`: queries and refunds, by the key itself. */
export async function apiEpay(call: Call): Promise<Answer> {
  const params = await readParams(call);
  if (params === null) return refusal("malformed");
  const account = await keyHolder(call.container.epay, params);
  if ("kind" in account)
    return account.trouble === "pid" ? unlessClosed(call, () => refusal("pid")) : refusal(account.trouble);
  const act = ACTS.get(params.get("act") ?? "");
  if (act === undefined || (act === refund && call.method !== "POST")) return refusal("act");
  return within(call, account.pid, () => act(call, account, params));
}

/** `GET /epay/return`: where the pay page of such an order leads back to. */
export async function returnEpay(call: Call): Promise<Answer> {
  const query = await readParams(call);
  const address = query === null ? null : await wayBack(call.container.epay, query);
  return address === null ? refusalPage(call, "not_found") : redirect(address);
}

const WORDS = textsIn(HOME_LANGUAGE).epay;
const refusal = (trouble: EpayTrouble): Answer => json(200, { code: -1, msg: WORDS.troubles[trouble] });

/**
 * Fields of the query and of the form; null where there are too many, or one comes twice.
 * @throws AppError `payload_too_large`, `invalid_request` for what is no form
 */
async function readParams(call: Call): Promise<EpayParams | null> {
  const fields = [...new URLSearchParams(call.query)];
  if (call.method === "POST") {
    const bytes = await bodyUpTo(call, EPAY_FORM_BYTES_MAX);
    for (const [name, value] of await formOf(bytes, call.headers.get("content-type") ?? "")) {
      if (typeof value !== "string") throw new AppError("invalid_request", "the form must have no files");
      fields.push([name, value]);
    }
  }
  const params = new Map(fields);
  return params.size === fields.length && params.size <= EPAY_FIELDS_MAX ? params : null;
}

async function orderWithin(call: Call, params: EpayParams): Promise<EpayOrdered> {
  const account = await signedAccount(call.container.epay, params);
  if ("kind" in account) return account;
  try {
    await call.container.limits.countApiCall(`epay ${account.pid}`);
    return await orderOf(call.container.epay, account, params);
  } catch (cause) {
    return { kind: "refused", trouble: troubleOf(cause) };
  }
}

async function within(call: Call, pid: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    await call.container.limits.countApiCall(`epay ${pid}`);
    return await work();
  } catch (cause) {
    return refusal(troubleOf(cause));
  }
}

/** @throws what is no refusal of ours */
function troubleOf(cause: unknown): EpayTrouble {
  if (!isAppError(cause)) throw cause;
  switch (cause.code) {
    case "rate_limited":
      return "busy";
    case "not_found":
      return "not_found";
    case "amount_exceeds_refundable":
      return "refund_amount";
    case "conflict":
    case "idempotency_conflict":
      return "refund_state";
    case "invalid_request":
      return "money";
    default:
      throw cause;
  }
}

/** The door is not there for anybody until a pid is made. */
async function unlessClosed(call: Call, refuse: (call: Call, trouble: EpayTrouble) => Answer): Promise<Answer> {
  if (await call.container.epay.store.isOpen()) return refuse(call, "pid");
  return {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: "404\n",
  };
}

async function query({ container: { epay, clock } }: Call, { pid }: EpayAccount): Promise<Answer> {
  const today = beijingMidnight(beijingDay(clock.now()));
  const { orders, paidToday, paidYesterday } = await epay.store.counts(pid, {
    today,
    yesterday: addMs(today, -DAY_MS),
  });
  // No balance is kept here: the money is in the shop's own account at WeChat.
  const facts = { active: 1, money: "0.00", type: 1, account: "", username: "" };
  return json(200, {
    code: 1,
    pid: Number(pid),
    ...facts,
    orders,
    order_today: paidToday,
    order_lastday: paidYesterday,
  });
}

async function settle(): Promise<Answer> {
  return json(200, { code: 1, msg: WORDS.done, data: [] });
}

async function findOrder(call: Call, { pid }: EpayAccount, params: EpayParams): Promise<Answer> {
  const order = await namedOrder(call, pid, params);
  if (order === null) return refusal("not_found");
  return json(200, { code: 1, msg: WORDS.done, ...(await shownOrder(call, order)) });
}

async function listOrders(call: Call, { pid }: EpayAccount, params: EpayParams): Promise<Answer> {
  const limit = wholeNumber(params.get("limit"), { least: 1, most: EPAY_PAGE_MAX, otherwise: 20 });
  const page = wholeNumber(params.get("page"), { least: 1, most: EPAY_SKIP_MAX / limit, otherwise: 1 });
  const orders = await call.container.epay.store.orders(pid, { limit, skip: (page - 1) * limit });
  return json(200, {
    code: 1,
    msg: WORDS.done,
    data: await Promise.all(orders.map((order) => shownOrder(call, order))),
  });
}

function wholeNumber(
  text: string | undefined,
  { least, most, otherwise }: Record<"least" | "most" | "otherwise", number>,
) {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return otherwise;
  return Math.min(Math.max(Number(text), least), Math.floor(most));
}

const ACTS: ReadonlyMap<string, Act> = new Map([
  ["query", query],
  ["order", findOrder],
  ["orders", listOrders],
  ["refund", refund],
  ["settle", settle],
]);

const namedOrder = ({ container }: Call, pid: string, params: EpayParams): Promise<EpayOrder | null> => {
  const orderId = params.get("trade_no") ?? "";
  const name = orderId === "" ? { pid, outTradeNo: params.get("out_trade_no") ?? "" } : { pid, orderId };
  return container.epay.store.order(name);
};

/** 1 while any of a payment is kept, 2 once all went back. */
const statusOf = ({ status }: OrderView): number =>
  status === "paid" || status === "partially_refunded" ? 1 : status === "refunded" ? 2 : 0;

async function shownOrder({ container }: Call, order: EpayOrder) {
  const view = await container.payments.order(order.orderId);
  return {
    trade_no: order.orderId,
    out_trade_no: order.outTradeNo,
    api_trade_no: view.transactionId ?? "",
    type: "wxpay",
    pid: Number(order.pid),
    addtime: beijingTime(new Date(view.createdAt)),
    endtime: view.paidAt === null ? "" : beijingTime(new Date(view.paidAt)),
    name: order.name,
    money: formatYuan(order.amount),
    refundmoney: formatYuan(fen(view.amountRefunded)),
    status: statusOf(view),
    param: order.param ?? "",
    buyer: "",
  };
}

async function refund(call: Call, { pid, mayRefund }: EpayAccount, params: EpayParams): Promise<Answer> {
  if (!mayRefund) return refusal("refund_off");
  const amount = readMoney(params.get("money") ?? "");
  if (amount === null) return refusal("money");
  const order = await namedOrder(call, pid, params);
  if (order === null) return refusal("not_found");
  const number = params.get("out_refund_no") ?? "";
  if (!/^[\x21-\x7e]{0,64}$/.test(number)) return refusal("refund_number");
  await refundOf(call.container.epay, order, { amount, number });
  return json(200, { code: 1, msg: WORDS.refundDone, trade_no: order.orderId, money: formatYuan(amount) });
}

/** What the shopper sees instead of the pay page, in their own language. */
function refusalPage(call: Call, trouble: EpayTrouble): Answer {
  const language = chooseLanguage(undefined, call.headers.get("accept-language"));
  const { refusedTitle, refusedHint, troubles } = textsIn(language).epay;
  const nonce = randomBytes(16).toString("base64");
  const body = `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${refusedTitle}</title>
<style nonce="${nonce}">${REFUSAL_STYLE}</style></head><body><main><h1>${refusedTitle}</h1><p role="alert">${troubles[trouble]}</p>
<p>${refusedHint}</p></main></body></html>`;
  return {
    status: trouble === "busy" ? 429 : trouble === "not_found" ? 404 : 400,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
    body,
  };
}

const REFUSAL_STYLE = `:root{color-scheme:light dark}body{margin:0;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;background:#f3f5f1;color:#1c2520}
main{max-width:32rem;margin:0 auto;padding:15vh 1.5rem 2rem}h1{font-size:1.375rem;margin:0 0 1rem}p{margin:0 0 .75rem;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){body{background:#0c100e;color:#e6ebe7}}`;
