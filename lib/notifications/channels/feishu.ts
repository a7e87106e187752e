import { createHmac } from "node:crypto";
import { z } from "zod";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { cardTextOf } from "../compose-message.ts";
import { cutToBytes, type PushMessage } from "../message.ts";
import { type ChannelKind, secretText, shownUrl, urlText } from "./channel-kind.ts";
import { postToRobot } from "./robot.ts";

// Feishu's custom robot (飞书自定义机器人, open.feishu.cn … /bot-v3/add-custom-bot, read in several copies; sure): POST {timestamp, sign,
// msg_type: "interactive", card} to …/open-apis/bot/v2/hook/…. sign is the base64 of HMAC-SHA256 over an empty text with
// "timestamp\nsecret" as the key (not DingTalk's way round), timestamp in seconds, at most an hour off. 100 messages a minute and 5
// a second, bodies up to 20 KB. Answers 200 with code: 19021 = signature or time, 19022 = address not allowed, 19024 = keyword
// (sure); 19001 = no such robot (sure), 11232 = too many (sure). Mentions in a card are <at id=ou_…></at>.

const schema = z.object({
  url: urlText,
  secret: secretText.default(""),
  mentions: z
    .array(z.string().regex(/^[\w-]{1,64}$/))
    .max(20)
    .default([]),
});
type FeishuSettings = z.infer<typeof schema>;

const TEXT_BYTES_MAX = 12_000;
const TITLE_BYTES_MAX = 200;
const CODES = { revoked: [19_001], busy: { 11232: MINUTE_MS, 9499: 10 * SECOND_MS }, passing: [-1, 10_002] };
const COLOURS: Readonly<Record<PushMessage["level"], string>> = {
  news: "blue",
  warning: "orange",
  critical: "red",
  recovered: "green",
};

/** What a signing robot wants in the body. */
export function feishuSignature(secret: string, timestampS: number): { timestamp: string; sign: string } {
  const timestamp = String(timestampS);
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).digest("base64") };
}

export const feishu: ChannelKind<FeishuSettings> = {
  schema,
  perMinute: 60,
  target: ({ url }) => shownUrl(url),
  urls: ({ url }) => [url],
  send({ url, secret, mentions }, message, context) {
    const called = message.level === "critical" ? mentions.map((id) => `<at id=${id}></at>`).join("") : "";
    const content = cardTextOf(message, TEXT_BYTES_MAX) + called;
    const button = {
      tag: "button",
      text: { tag: "plain_text", content: message.linkLabel },
      type: "primary",
      url: message.link,
    };
    const card = {
      config: { wide_screen_mode: true },
      header: {
        title: { tag: "plain_text", content: cutToBytes(message.title, TITLE_BYTES_MAX) },
        template: COLOURS[message.level],
      },
      elements: [
        { tag: "markdown", content },
        { tag: "action", actions: [button] },
      ],
    };
    const signed = secret === "" ? {} : feishuSignature(secret, Math.floor(context.now.getTime() / SECOND_MS));
    return postToRobot({ url, body: { ...signed, msg_type: "interactive", card }, codes: CODES }, context);
  },
};
