import { z } from "zod";
import { DAY_MS, SECOND_MS } from "#lib/base/time.ts";
import { post } from "#lib/outbound/post.ts";
import { cutToBytes, type SendResult } from "../message.ts";
import { type ChannelKind, urlText } from "./channel-kind.ts";
import { judgeStatus } from "./robot.ts";

// Web Push (RFC 8030) to one device: sealed for it alone (RFC 8291, aes128gcm) and signed with our own keys (VAPID, RFC 8292) by the
// package web-push; the post is ours, so that it goes where webhooks may go. Push services take about 4,096 bytes sealed, of which
// 3,993 are text (RFC 8291 §4). 404 and 410 say that the subscription has ended (RFC 8030 §7.3).

const schema = z.object({
  endpoint: urlText,
  p256dh: z.string().regex(/^[\w-]{80,100}$/),
  auth: z.string().regex(/^[\w-]{16,32}$/),
});
type PushSettings = z.infer<typeof schema>;

const TEXT_BYTES_MAX = 1_200;
const TTL_S = DAY_MS / SECOND_MS;

/** A push service wants a contact: `https:` or `mailto:`, which the address of a shop on this machine is not. */
const subjectOf = (publicUrl: string): string =>
  publicUrl.startsWith("https://") ? publicUrl : "mailto:owner@localhost.localdomain";

export const webPush: ChannelKind<PushSettings> = {
  schema,
  perMinute: 30,
  target: ({ endpoint }) => new URL(endpoint).host,
  urls: ({ endpoint }) => [endpoint],
  async send({ endpoint, p256dh, auth }, message, context): Promise<SendResult> {
    const { id, level, title, facts, text, lines, link } = message;
    const body = [...lines, ...facts.map(({ label, value }) => `${label} ${value}`), text].filter(Boolean).join("\n");
    const payload = JSON.stringify({ id, level, title, body: cutToBytes(body, TEXT_BYTES_MAX), link });
    const keys = await context.pushKeys();
    const { default: webpush } = await import("web-push");
    const details = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
      TTL: TTL_S,
      urgency: level === "critical" ? "high" : "normal",
      vapidDetails: { subject: subjectOf(context.publicUrl), ...keys },
    });
    const headers = Object.fromEntries(
      Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const { policy, timeoutMs } = context;
    const result = await post({ url: endpoint, headers, body: details.body ?? Buffer.alloc(0), policy, timeoutMs });
    if (result.kind === "failed") return { kind: "failed", answer: result.error };
    if (result.status >= 200 && result.status < 300) return { kind: "sent", answer: `HTTP ${result.status}` };
    if (result.status === 404) return { kind: "revoked", answer: "HTTP 404" };
    return judgeStatus(result.status);
  },
};
