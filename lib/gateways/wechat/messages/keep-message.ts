import type { Clock } from "#lib/base/clock.ts";
import { GATEWAY_MESSAGE_BYTES_MAX, GATEWAY_MESSAGE_HEAD_CHARS_MAX } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { GatewayMessage, MessagePart } from "#lib/storage/operations/gateway-messages.ts";
import type { CallResult, Try } from "../send-with-backup.ts";
import { oneLine } from "../v2/wire.ts";
import { maskTexts } from "./mask-message.ts";
import { nameOperation } from "./name-operation.ts";

// What goes into the log of messages: first references to what was sent and came, then, behind the payment, what is kept of it.

/** A request of ours, and what came of it. */
interface Exchanged {
  readonly direction: "out";
  readonly protocol: "v2" | "v3";
  readonly accountId: string;
  readonly sent: Try;
  readonly at: Date;
  readonly result: string;
  readonly signature: string | null;
}

/** A verified notification, and our answer. */
interface Notified extends Pick<GatewayMessage, "about" | "number" | "protocol" | "accountId"> {
  readonly direction: "in";
  readonly target: string;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
  readonly answer: { readonly status: number; readonly body: string };
  readonly at: Date;
  readonly durationMs: number;
  readonly result: string;
}

export type RawMessage = Exchanged | Notified;
export type OnMessage = (message: RawMessage) => void;

/** Notes every try of a call; only the last one was judged. */
export type KeepCall = (
  result: CallResult,
  judged: { readonly result: string; readonly signature: string | null },
) => void;

export interface KeepCallOptions {
  readonly protocol: "v2" | "v3";
  readonly accountId: string;
  readonly clock: Clock;
  readonly onMessage: OnMessage | undefined;
}

export function createKeepCall({ protocol, accountId, clock, onMessage }: KeepCallOptions): KeepCall {
  if (onMessage === undefined) return () => {};
  return ({ tries }, judged) => {
    const now = clock.now();
    const nowMs = performance.now();
    tries.forEach((sent, place) => {
      const isLast = place === tries.length - 1;
      const { result: answer } = sent;
      const passedOver = { result: answer.kind === "answer" ? `HTTP ${answer.status}` : answer.cause, signature: null };
      const at = addMs(now, Math.round(sent.startedMs - nowMs));
      onMessage({ direction: "out", protocol, accountId, sent, at, ...(isLast ? judged : passedOver) });
    });
  };
}

/** What a message takes while it waits. */
export const bytesOfMessage = (message: RawMessage): number =>
  message.direction === "in"
    ? message.body.length + message.answer.body.length
    : message.sent.request.body.length + (message.sent.result.kind === "answer" ? message.sent.result.body.length : 0);

/** @returns null for what is about no trade and no refund */
export const prepareMessage = (message: RawMessage): GatewayMessage | null =>
  message.direction === "in" ? prepareNotified(message) : prepareExchanged(message);

const SENT_HEADERS = ["content-type", "accept", "user-agent", "authorization", "wechatpay-serial"];
const WECHAT_HEADERS = [
  ...[
    "date",
    "content-type",
    "user-agent",
    "request-id",
    "wechatpay-signature-type",
    "wechatpay-serial",
    "wechatpay-timestamp",
  ],
  ...["wechatpay-nonce", "wechatpay-signature"],
];

function prepareExchanged({ protocol, accountId, sent, at, result, signature }: Exchanged): GatewayMessage | null {
  const { request, result: answer, endedMs, startedMs } = sent;
  const requestBody = Buffer.from(request.body);
  const answerBody = answer.kind === "answer" ? answer.body : EMPTY;
  const named = nameOperation({ protocol, path: request.path, sent: requestBody, received: answerBody });
  if (named === null) return null;
  const requestHead = headOf(SENT_HEADERS, (name) => request.headers[name] ?? null);
  const texts = {
    ...{ sent: requestBody.toString("latin1"), received: answerBody.toString("latin1") },
    ...{ sentHead: requestHead, target: request.origin + request.path },
  };
  const masked = maskTexts(texts, { isOurs: true });
  return {
    ...named,
    ...{ direction: "out", protocol, accountId, method: request.method, target: masked.target.slice(0, 600), at },
    durationMs: Math.max(0, Math.round(endedMs - startedMs)),
    status: answer.kind === "answer" ? answer.status : null,
    result: oneLine(result) || "-",
    signature: answer.kind === "answer" ? signature : null,
    requestId: answer.kind === "answer" ? (answer.headers.get("request-id")?.slice(0, 128) ?? null) : null,
    request: partOf(masked.sentHead, masked.sent),
    answer: partOf(
      answer.kind === "answer" ? headOf(WECHAT_HEADERS, (name) => answer.headers.get(name)) : "",
      masked.received,
    ),
    isMasked: Object.entries(texts).some(([name, text]) => masked[name as keyof typeof texts] !== text),
  };
}

function prepareNotified(notified: Notified): GatewayMessage {
  const { about, number, protocol, accountId, target, headers, answer, at, durationMs, result } = notified;
  const texts = {
    ...{ sent: Buffer.from(notified.body).toString("latin1"), received: Buffer.from(answer.body).toString("latin1") },
    ...{ sentHead: headOf(WECHAT_HEADERS, (name) => headers.get(name)), target },
  };
  const masked = maskTexts(texts, { isOurs: false });
  return {
    ...{
      about,
      number,
      direction: "in",
      operation: "notice",
      accountId,
      protocol,
      method: "POST",
      at,
      durationMs,
      result,
    },
    target: masked.target.slice(0, 600),
    status: answer.status,
    signature: "valid",
    requestId: headers.get("request-id")?.slice(0, 128) ?? null,
    request: partOf(masked.sentHead, masked.sent),
    answer: partOf("", masked.received),
    isMasked: masked.sent !== texts.sent,
  };
}

const EMPTY = Buffer.alloc(0);

function partOf(head: string, text: string): MessagePart {
  const body = Buffer.from(text, "latin1");
  return {
    head: head.slice(0, GATEWAY_MESSAGE_HEAD_CHARS_MAX),
    body: body.subarray(0, GATEWAY_MESSAGE_BYTES_MAX),
    bytes: body.length,
  };
}

const headOf = (names: readonly string[], get: (name: string) => string | null): string =>
  names
    .flatMap((name) => {
      const value = get(name);
      return value === null ? [] : [`${name}: ${value}`];
    })
    .join("\n");
