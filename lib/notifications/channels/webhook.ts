import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { post } from "#lib/outbound/post.ts";
import type { SendResult } from "../message.ts";
import { type ChannelKind, secretText, shownUrl, urlText } from "./channel-kind.ts";
import { judgeStatus } from "./robot.ts";

// A system of the shop's own: JSON, signed as Standard Webhooks wants it (the same three headers as the shop's webhooks). The id is
// the same on every try. Any 2xx is a yes, 410 ends the channel.

const schema = z.object({ url: urlText, secret: secretText.regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/) });
type WebhookSettings = z.infer<typeof schema>;

export const webhook: ChannelKind<WebhookSettings> = {
  schema,
  perMinute: 300,
  target: ({ url }) => shownUrl(url),
  urls: ({ url }) => [url],
  async send({ url, secret }, message, { now, policy, timeoutMs }): Promise<SendResult> {
    const { id, level, title, facts, text, lines, link, at, items } = message;
    const data = { level, title, facts, text, lines, link, notifications: items };
    const body = JSON.stringify({ type: "notification", timestamp: at.toISOString(), data });
    const headers = {
      "user-agent": "lingfu-notifications/1",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign(id, now, body),
    };
    const result = await post({ url, headers, body, policy, timeoutMs });
    if (result.kind === "failed") return { kind: "failed", answer: result.error };
    const isTaken = result.status >= 200 && result.status < 300;
    return isTaken ? { kind: "sent", answer: `HTTP ${result.status}` } : judgeStatus(result.status);
  },
};
