import type { TargetPolicy } from "#lib/outbound/target.ts";

/** A message to people, before a channel gives it its form. */
export interface PushMessage {
  /** The same on every try, so that a receiver can tell a repeat. */
  readonly id: string;
  readonly level: "news" | "warning" | "critical" | "recovered";
  readonly title: string;
  readonly facts: readonly MessageFact[];
  /** What it means and what to do; empty for plain news. */
  readonly text: string;
  /** One line for each of what a digest sums up. */
  readonly lines: readonly string[];
  readonly link: string;
  readonly linkLabel: string;
  readonly at: Date;
  /** For machines: one entry for each notification. */
  readonly items: readonly MessageItem[];
}

export interface MessageFact {
  readonly label: string;
  readonly value: string;
}

export interface MessageItem {
  readonly id: string;
  readonly event: string;
  readonly kind: string;
  readonly recovered: boolean;
  readonly orderId: string | null;
  readonly outTradeNo: string | null;
  /** Fen. */
  readonly amount: number | null;
  readonly createdAt: string;
}

/** What came of a try. The answer is kept and shown: it holds no secret. */
export type SendResult =
  | { readonly kind: "sent"; readonly answer: string }
  /** Nothing is wrong with message and channel, as far as is known: again later. */
  | { readonly kind: "failed"; readonly answer: string; readonly pauseMs?: number }
  /** The receiver will not take this message, however often it is sent. */
  | { readonly kind: "refused"; readonly answer: string }
  /** The receiver is gone for good: a robot that was removed, a subscription that ended. */
  | { readonly kind: "revoked"; readonly answer: string };

export interface SendContext {
  readonly now: Date;
  readonly policy: TargetPolicy;
  readonly timeoutMs: number;
  /** More addresses of mail: those of the roles that the channel names. */
  readonly addresses: readonly string[];
  /** The one address that a person's own news goes to by mail; null: to all that the channel names. */
  readonly onlyTo: string | null;
  readonly pushKeys: () => Promise<{ readonly publicKey: string; readonly privateKey: string }>;
  /** Where a push service complains: our own address. */
  readonly publicUrl: string;
}

/** Text that no channel takes for markup: what comes from outside forges neither links nor mentions. */
export const plain = (text: string): string =>
  text
    .replaceAll("[", "【")
    .replaceAll("]", "】")
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replaceAll(/[`*#\\|~]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

const encoder = new TextEncoder();

/** The longest beginning of whole characters that fits; the limits of the robots count bytes of UTF-8. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (encoder.encode(text).length <= bytesMax) return text;
  const ellipsis = "…";
  let room = bytesMax - encoder.encode(ellipsis).length;
  let kept = "";
  for (const character of text) {
    room -= encoder.encode(character).length;
    if (room < 0) break;
    kept += character;
  }
  return `${kept}${ellipsis}`;
}

/** The answer of a receiver as it is kept: short, in one line. */
export const answerText = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
