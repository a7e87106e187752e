import { fenFromTyped } from "#lib/base/fen.ts";
import type { Refund } from "#lib/payment/index.ts";
import { escapeLike, likeStart } from "../like.ts";

export interface RefundFilter {
  /** `awaiting`: waits for a second person, which is one way to be pending. */
  readonly status?: "pending" | "awaiting" | "succeeded" | "abnormal" | "closed";
  /** When the money went back. */
  readonly from?: Date;
  readonly to?: Date;
  /** When it was asked for. */
  readonly createdFrom?: Date;
  readonly createdTo?: Date;
  /** What people type: the beginning of a number of the refund or of its order, an amount, part of the reason. */
  readonly text?: string;
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export type RefundNarrowing = Omit<RefundFilter, "after" | "limit">;

/** The states behind what people choose. */
const REFUND_STATES: Record<NonNullable<RefundFilter["status"]>, readonly Refund["status"][]> = {
  pending: ["awaiting_approval", "requested", "processing"],
  awaiting: ["awaiting_approval"],
  succeeded: ["succeeded"],
  abnormal: ["abnormal"],
  closed: ["closed"],
};

/** The newest refunds of a filter, to be read from: `select … from ${from} r`, with all columns of refunds, in no order. */
interface FoundRefunds {
  readonly from: string;
  readonly values: unknown[];
}

/**
 * Each meaning of what was typed is a branch that an index answers, and the page is cut from their union: one condition over all
 * of them would read every refund with its order.
 */
export function foundRefunds({ status, from, to, createdFrom, createdTo, ...more }: RefundFilter): FoundRefunds {
  const { text, after, limit } = more;
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const parts = [
    // Written out, so that an index on some states is seen to be enough.
    ...(status === undefined ? [] : [`r.status in (${REFUND_STATES[status].map((state) => `'${state}'`).join(", ")})`]),
    ...(from === undefined ? [] : [`r.succeeded_at >= ${add(from)}`]),
    ...(to === undefined ? [] : [`r.succeeded_at < ${add(to)}`]),
    ...(createdFrom === undefined ? [] : [`r.created_at >= ${add(createdFrom)}`]),
    ...(createdTo === undefined ? [] : [`r.created_at < ${add(createdTo)}`]),
    ...(after === undefined
      ? []
      : [`(r.created_at, r.id) < (select c.created_at, c.id from refunds c where c.id = ${add(after)})`]),
  ];
  const newest = `order by r.created_at desc, r.id desc limit ${add(limit)}`;
  const branch = (condition: string | null, join = "") => {
    const all = condition === null ? parts : [condition, ...parts];
    return `(select r.* from refunds r ${join} ${all.length === 0 ? "" : `where ${all.join(" and ")}`} ${newest})`;
  };
  if (text === undefined) return { from: branch(null), values };
  const amount = fenFromTyped(text);
  const typed = add(text);
  const start = add(likeStart(text));
  const branches = [
    branch(`r.number like ${start}`),
    branch(`r.wechat_refund_id like ${start}`),
    branch(`o.out_trade_no like ${add(orderStart(text))}`, "join orders o on o.id = r.order_id"),
    branch(
      `r.reason is not null and search_pieces(0, search_text(r.reason)) @> search_wanted(search_text(${typed}))
       and position(search_text(${typed}) in search_text(r.reason)) > 0`,
    ),
    ...(amount === null ? [] : [branch(`r.amount = ${add(amount)}`)]),
  ];
  return { from: `(select * from (${branches.join("\nunion ")}) r ${newest})`, values };
}

/** Our own numbers are in capital letters, which nobody types on a phone. */
const orderStart = (text: string): string => {
  const start = escapeLike(text);
  return `${/^lf[0-9a-z]*$/i.test(text) ? start.toUpperCase() : start}%`;
};
