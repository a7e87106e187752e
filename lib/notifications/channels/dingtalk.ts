import { createHmac } from "node:crypto";
import { z } from "zod";
import { MINUTE_MS } from "#lib/base/time.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { markdownOf } from "../compose-message.ts";
import { cutToBytes } from "../message.ts";
import { type ChannelKind, secretText, shownUrl, urlText } from "./channel-kind.ts";
import { postToRobot } from "./robot.ts";

// DingTalk's custom robot (钉钉自定义机器人, open.dingtalk.com/document/group/custom-robot-access, read in several copies; sure): POST
// {msgtype: "markdown", markdown: {title, text}, at: {atMobiles}} to …/robot/send?access_token=…&timestamp=…&sign=…, where sign is
// the URL-encoded base64 of HMAC-SHA256 over "timestamp\nsecret" with the secret as key, timestamp in milliseconds, at most an hour
// off. 20 messages a minute, beyond them the robot is silent for ten minutes (130101, sure). 310000 = signature, keyword or address
// not accepted (sure). 300001/300005/400101 = no such token or robot (from users' reports, fairly sure). Bodies are kept below 20,000 bytes
// (named for robots of the same family, not certain for this one).

const schema = z.object({
  url: urlText,
  secret: secretText.default(""),
  mentions: z
    .array(z.string().regex(/^[\d+-]{5,20}$/))
    .max(20)
    .default([]),
});
type DingtalkSettings = z.infer<typeof schema>;

const TEXT_BYTES_MAX = 18_000;
const TITLE_BYTES_MAX = 120;
const CODES = {
  revoked: [300_001, 300_005, 400_101, 400_102],
  busy: { 130101: 10 * MINUTE_MS, 410100: 10 * MINUTE_MS },
  passing: [-1],
};

/** The two parameters that a signing robot wants. */
export function dingtalkSignature(secret: string, timestampMs: number): { timestamp: string; sign: string } {
  const timestamp = String(timestampMs);
  return { timestamp, sign: createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64") };
}

export const dingtalk: ChannelKind<DingtalkSettings> = {
  schema,
  perMinute: 18,
  target: ({ url }) => shownUrl(url),
  urls: ({ url }) => [url],
  send({ url, secret, mentions }, message, context) {
    const target = new URL(url);
    if (secret !== "") {
      const signed = dingtalkSignature(secret, context.now.getTime());
      for (const [name, text] of Object.entries(signed)) target.searchParams.set(name, text);
    }
    const atMobiles = message.level === "critical" ? mentions : [];
    const called = atMobiles.map((mobile) => ` @${mobile}`).join("");
    // DingTalk draws a line break only where a line ends in two spaces.
    const text =
      markdownOf(message, notificationsText(context.language), TEXT_BYTES_MAX).replaceAll("\n", "  \n") + called;
    const markdown = { title: cutToBytes(message.title, TITLE_BYTES_MAX), text };
    const body = { msgtype: "markdown", markdown, at: { atMobiles, isAtAll: false } };
    return postToRobot({ url: target.href, body, codes: CODES }, context);
  },
};
