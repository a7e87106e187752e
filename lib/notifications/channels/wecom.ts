import { z } from "zod";
import { MINUTE_MS } from "#lib/base/time.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { markdownOf } from "../compose-message.ts";
import { type ChannelKind, shownUrl, urlText } from "./channel-kind.ts";
import { postToRobot } from "./robot.ts";

// WeCom's group robot (企业微信群机器人, developer.work.weixin.qq.com/document/path/91770, read in copies of 2020–2025; sure):
// POST {msgtype: "markdown", markdown: {content}} to …/cgi-bin/webhook/send?key=…, content at most 4,096 bytes of UTF-8, 20
// messages a minute. No signature: the address is the secret. Answers 200 with errcode; 93000 = the address or robot is not there
// (seen in reports of users, fairly sure), 45009 = too many (WeCom's common table, sure). Markdown takes <@userid> as a mention.

const schema = z.object({
  url: urlText,
  mentions: z
    .array(z.string().regex(/^[\w.@-]{1,64}$/))
    .max(20)
    .default([]),
});
type WecomSettings = z.infer<typeof schema>;

const CONTENT_BYTES_MAX = 4_096;
const CODES = { revoked: [93_000], busy: { 45009: MINUTE_MS, 45033: 10_000 }, passing: [-1] };

export const wecom: ChannelKind<WecomSettings> = {
  schema,
  perMinute: 18,
  target: ({ url }) => shownUrl(url),
  urls: ({ url }) => [url],
  send({ url, mentions }, message, context) {
    const called = message.level === "critical" ? mentions.map((id) => `<@${id}>`).join("") : "";
    const room = CONTENT_BYTES_MAX - Buffer.byteLength(called);
    const content = `${markdownOf(message, notificationsText(context.language), room)}${called}`;
    return postToRobot({ url, body: { msgtype: "markdown", markdown: { content } }, codes: CODES }, context);
  },
};
