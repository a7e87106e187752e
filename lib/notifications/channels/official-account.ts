import { z } from "zod";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { addFen, type Fen, fen, formatYuan, ZERO_FEN } from "#lib/base/fen.ts";
import { NOTIFICATION_RECIPIENTS_MAX } from "#lib/base/limits.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { post } from "#lib/outbound/post.ts";
import { answerText, type PushMessage, type SendContext, type SendResult } from "../message.ts";
import { type ChannelKind, secretText, urlText } from "./channel-kind.ts";

// Template messages of a service account (公众号模板消息, developers.weixin.qq.com/doc/service/api/notify/template; sure): POST {touser,
// template_id, url, data: {field: {value}}} to /cgi-bin/message/template/send?access_token=…. The token comes from
// /cgi-bin/stable_token {grant_type: "client_credential", appid, secret}, lives 7,200 s and is the same for every caller meanwhile
// (sure), so a copy in memory is enough. 40001, 40014, 42001 = the token is no longer good: a fresh one, once. 40003 = no such openid, 43004 = does not follow
// the account: the others get theirs all the same. Values of "thing" fields may have 20 characters, of "character_string" 32 (from
// the platform's rules for categories, fairly sure); longer ones are cut.

const field = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/);
const schema = z.object({
  apiBase: urlText.default("https://api.weixin.qq.com"),
  appId: z.string().regex(/^wx[0-9a-zA-Z]{6,32}$/),
  appSecret: secretText.min(1),
  openids: z
    .array(z.string().regex(/^[\w-]{1,128}$/))
    .min(1)
    .max(NOTIFICATION_RECIPIENTS_MAX),
  templateId: z.string().min(1).max(64),
  /** The template's own names for our fields. */
  fields: z
    .object({ title: field, text: field, amount: field, order: field, time: field })
    .partial()
    .refine((fields) => Object.keys(fields).length > 0),
});
type AccountSettings = z.infer<typeof schema>;

const answer = z.object({ errcode: z.int().default(0), errmsg: z.string().default("") });
const tokenAnswer = answer.extend({ access_token: z.string().min(1).optional(), expires_in: z.int().optional() });
const STALE_TOKEN = [40_001, 40_014, 42_001];
const WRONG_CREDENTIALS = [40_013, 40_125, 40_164];
const NOT_A_FOLLOWER = [40_003, 43_004, 43_101];
const PASSING = [-1, 45_009, 45_011];

interface Token {
  readonly text: string;
  readonly until: Date;
}

type TokenResult = { readonly kind: "token"; readonly text: string } | Exclude<SendResult, { kind: "sent" }>;

const tokens = new Map<string, Token>();
const EARLY_MS = 5 * MINUTE_MS;

async function callApi<Answer>(
  { url, body, schema: form }: { url: string; body: unknown; schema: z.ZodType<Answer> },
  { policy, timeoutMs }: SendContext,
): Promise<Answer | { failed: string }> {
  const headers = { "user-agent": "lingfu-notifications/1" };
  const result = await post({ url, headers, body: JSON.stringify(body), policy, timeoutMs, keepText: true });
  if (result.kind === "failed") return { failed: result.error };
  if (result.status !== 200) return { failed: `HTTP ${result.status}` };
  try {
    return form.parse(JSON.parse(result.text));
  } catch {
    return { failed: "an answer that cannot be read" };
  }
}

const tokenKey = ({ apiBase, appId, appSecret }: AccountSettings): string => `${apiBase} ${appId} ${appSecret}`;

async function tokenOf(settings: AccountSettings, context: SendContext): Promise<TokenResult> {
  const { apiBase, appId, appSecret } = settings;
  const key = tokenKey(settings);
  const known = tokens.get(key);
  if (known !== undefined && known.until.getTime() > context.now.getTime()) return { kind: "token", text: known.text };
  const url = `${apiBase}/cgi-bin/stable_token`;
  const body = { grant_type: "client_credential", appid: appId, secret: appSecret };
  const said = await callApi({ url, body, schema: tokenAnswer }, context);
  if ("failed" in said) return { kind: "failed", answer: said.failed };
  if (said.access_token === undefined) {
    const words = answerText(`${said.errcode} ${said.errmsg}`);
    return { kind: WRONG_CREDENTIALS.includes(said.errcode) ? "refused" : "failed", answer: words };
  }
  const until = addMs(context.now, (said.expires_in ?? 7_200) * SECOND_MS - EARLY_MS);
  tokens.set(key, { text: said.access_token, until });
  return { kind: "token", text: said.access_token };
}

const VALUE_CHARS_MAX = 20;
const cut = (text: string, max = VALUE_CHARS_MAX): string =>
  [...text].length <= max ? text : `${[...text].slice(0, max - 1).join("")}…`;

/** What the message is about; of a digest, the money that came in. */
function amountOf({ items }: PushMessage): Fen {
  const counted = items.length === 1 ? items : items.filter(({ event }) => event === "payment_received");
  return addFen(ZERO_FEN, ...counted.map(({ amount }) => fen(amount ?? 0)));
}

function dataOf({ fields }: AccountSettings, message: PushMessage): Record<string, { value: string }> {
  const [item] = message.items;
  const values: Readonly<Record<keyof AccountSettings["fields"], string>> = {
    title: cut(message.title),
    text: cut(message.lines.join(" · ") || message.text || message.title),
    amount: formatYuan(amountOf(message)),
    order: cut(item?.outTradeNo ?? "-", 32),
    time: beijingTime(message.at).slice(0, 16),
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, key]) => [key, { value: values[name as keyof typeof values] }]),
  );
}

export const officialAccount: ChannelKind<AccountSettings> = {
  schema,
  perMinute: 60,
  target: ({ appId, openids }) => `${appId} · ${openids.length}`,
  urls: ({ apiBase }) => [apiBase],
  async send(settings, message, context): Promise<SendResult> {
    // One token for all of them.
    const token = await tokenOf(settings, context);
    if (token.kind !== "token") return token;
    // All at once: one after the other, fifty slow answers would outlast the channel's lease, and all would be sent twice.
    const results = await Promise.all(
      settings.openids.map(async (openid) => ({ openid, ...(await sendTo(openid, { settings, message }, context)) })),
    );
    const delivered = results.filter(({ kind }) => kind === "sent").length;
    const others = results.filter(({ kind }) => kind !== "sent");
    const answer = answerText(
      [`${delivered} delivered`, ...others.map((each) => `${each.openid.slice(0, 6)}… ${each.answer}`)].join("; "),
    );
    // What reached one is not sent to that one again for the sake of the rest.
    if (delivered > 0) return { kind: "sent", answer };
    return results.find(({ kind }) => kind === "failed") ?? { kind: "refused", answer };
  },
};

interface TemplateMessage {
  readonly settings: AccountSettings;
  readonly message: PushMessage;
}

async function sendTo(
  openid: string,
  { settings, message }: TemplateMessage,
  context: SendContext,
): Promise<SendResult> {
  const body = { touser: openid, template_id: settings.templateId, url: message.link, data: dataOf(settings, message) };
  for (let tries = 1; ; tries++) {
    const token = await tokenOf(settings, context);
    if (token.kind !== "token") return token;
    const url = `${settings.apiBase}/cgi-bin/message/template/send?access_token=${encodeURIComponent(token.text)}`;
    const said = await callApi({ url, body, schema: answer }, context);
    if ("failed" in said) return { kind: "failed", answer: said.failed };
    const words = answerText(`${said.errcode} ${said.errmsg}`);
    if (said.errcode === 0) return { kind: "sent", answer: words };
    if (STALE_TOKEN.includes(said.errcode) && tries === 1) {
      // Unless another message of this turn has fetched a fresh one meanwhile.
      const key = tokenKey(settings);
      if (tokens.get(key)?.text === token.text) tokens.delete(key);
      continue;
    }
    if (NOT_A_FOLLOWER.includes(said.errcode)) return { kind: "refused", answer: words };
    return {
      kind: PASSING.includes(said.errcode) || STALE_TOKEN.includes(said.errcode) ? "failed" : "refused",
      answer: words,
    };
  }
}
