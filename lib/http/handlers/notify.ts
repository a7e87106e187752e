import { isAppError } from "#lib/base/app-error.ts";
import { NOTIFY_BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { protocolOf } from "#lib/payment/index.ts";
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
    return wechatReply(await payments.receiveNotification({ headers: call.headers, body }));
  } catch (cause) {
    // The caller went away before the body was complete: no answer and no log entry.
    if (isAppError(cause) && cause.code === "invalid_request") return wechatReply(reply("our_fault", body));
    log.error("notify.failed", { cause });
    return wechatReply(reply("our_fault", body)); // 500, so WeChat asks again.
  }
}
