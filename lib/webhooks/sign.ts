import { Webhook } from "standardwebhooks";

export interface Message {
  readonly id: string;
  /** The very text that is sent. */
  readonly payload: string;
  readonly sentAt: Date;
}

/**
 * The three headers of Standard Webhooks. The id is the same on every try, so that a receiver can tell a repeat; the
 * time is that of this try, so that a receiver can refuse what is old. Each secret signs: a receiver that knows one of
 * them accepts the message.
 * @param secrets `whsec_…`
 */
export function signatureHeaders(secrets: readonly string[], { id, payload, sentAt }: Message): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, sentAt, payload)).join(" "),
  };
}
