import { isAppError } from "#lib/base/app-error.ts";
import { NOTIFY_BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { type NotifyOutcome, protocolOf } from "#lib/payment/index.ts";
import type { Answer, Call } from "../call.ts";
import { type NotifyReply, wechatReply } from "../wechat-reply.ts";

/** WeChat's notification of a payment or refund, v3 or v2. Answers only once the change is committed. */
export async function notify(call: Call): Promise<Answer> {
  const { payments, log } = call.container;
  const reply = (kind: "too_large" | "our_fault", body: Uint8Array): NotifyReply => ({
    kind,
    protocol: protocolOf({ headers: call.headers, body }),
  });
  let body: Uint8Array = new Uint8Array(0);
  try {
    const bytes = await call.readBytes(NOTIFY_BODY_BYTES_MAX);
    if (bytes === null) return wechatReply(reply("too_large", body));
    body = bytes;
    // The signature covers the raw bytes: nothing is parsed before the gateway has verified them.
    const startedMs = performance.now();
    const outcome = await payments.receiveNotification({ headers: call.headers, body });
    const answer = wechatReply(outcome);
    if (outcome.kind === "accepted" && outcome.about !== null) {
      keepNotice(call, { outcome, subject: outcome.about, body, answer, startedMs });
    }
    return answer;
  } catch (cause) {
    // The caller went away before the body was complete: no answer and no log entry.
    if (isAppError(cause) && cause.code === "invalid_request") return wechatReply(reply("our_fault", body));
    log.error("notify.failed", { cause });
    return wechatReply(reply("our_fault", body)); // 500, so WeChat asks again.
  }
}

type AcceptedNotice = Extract<NotifyOutcome, { kind: "accepted" }>;

interface AnsweredNotice {
  readonly outcome: AcceptedNotice;
  readonly subject: NonNullable<AcceptedNotice["about"]>;
  readonly body: Uint8Array;
  readonly answer: Answer;
  readonly startedMs: number;
}

/** Only verified ones: what strangers send must not fill the log. */
function keepNotice(
  { container: { messages, clock }, target, headers }: Call,
  { outcome: { protocol, result }, subject, body, answer, startedMs }: AnsweredNotice,
): void {
  const durationMs = Math.round(performance.now() - startedMs);
  messages?.note({
    ...{ direction: "in", ...subject, protocol, target, headers, body, result, durationMs },
    answer: { status: answer.status, body: String(answer.body) },
    at: addMs(clock.now(), -durationMs),
  });
}
