import { createHmac, timingSafeEqual } from "node:crypto";
import { formatId, ID_PREFIXES, isId } from "#lib/base/ids.ts";
import { SECOND_MS } from "#lib/base/time.ts";

// The state travels through WeChat, which takes letters and digits only, at most 128 (wechatpay.md §10), and it hides
// nothing: order, end of life, and a MAC over both and a secret that only this shopper's browser holds.
const ORDER_CHARS = formatId("order", 0, new Uint8Array(10)).length - ID_PREFIXES.order.length - 1;
const END_CHARS = 8;
const FORM = new RegExp(`^([0-9a-z]{${ORDER_CHARS}})([0-9a-z]{${END_CHARS}})([0-9a-f]{64})$`);

export interface OauthState {
  readonly orderId: string;
  readonly endsAt: Date;
  /** From the browser's cookie: another browser's state is worth nothing here. */
  readonly nonce: string;
}

export function writeState(key: Uint8Array, { orderId, endsAt, nonce }: OauthState): string {
  const end = Math.floor(endsAt.getTime() / SECOND_MS)
    .toString(36)
    .padStart(END_CHARS, "0");
  const head = orderId.slice(ID_PREFIXES.order.length + 1) + end;
  return head + mac(key, head, nonce).toString("hex");
}

export interface ReadState {
  readonly orderId: string;
  /** Ours, of this browser, and in time. */
  readonly holds: boolean;
}

/** @returns null when the text names no order at all */
export function readState(key: Uint8Array, state: string, site: { nonce: string; now: Date }): ReadState | null {
  const [, order, end, given] = FORM.exec(state) ?? [];
  if (order === undefined || end === undefined || given === undefined) return null;
  const orderId = `${ID_PREFIXES.order}_${order}`;
  if (!isId("order", orderId)) return null;
  const genuine = timingSafeEqual(Buffer.from(given, "hex"), mac(key, order + end, site.nonce));
  const timely = Number.parseInt(end, 36) * SECOND_MS >= site.now.getTime();
  return { orderId, holds: genuine && timely && site.nonce !== "" };
}

const mac = (key: Uint8Array, head: string, nonce: string): Buffer =>
  createHmac("sha256", key).update(`${head}\n${nonce}`).digest();
