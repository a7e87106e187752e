import { createHmac, timingSafeEqual } from "node:crypto";
import { type HttpAnswer, type HttpRoute, type Incoming, json } from "../http.ts";
import { type ReceiverInbox, type ReceiverName, SECRETS } from "./inbox.ts";

// The group robots of WeCom, DingTalk and Feishu: their addresses, checks and error answers, which come with status 200.

export const robotRoutes = (inbox: ReceiverInbox): HttpRoute[] => [
  { method: "POST", path: "/receivers/wecom/cgi-bin/webhook/send", run: (incoming) => wecom(inbox, incoming) },
  { method: "POST", path: "/receivers/dingtalk/robot/send", run: (incoming) => dingtalk(inbox, incoming) },
  {
    method: "POST",
    path: "/receivers/feishu/open-apis/bot/v2/hook/:token",
    run: (incoming) => feishu(inbox, incoming),
  },
];

interface Codes {
  readonly revoked: unknown;
  readonly busy: unknown;
}

/** What the switch of the receiver makes of a call; null: it is to be judged by its content. */
export function byMode(inbox: ReceiverInbox, receiver: ReceiverName, codes: Codes): HttpAnswer | null {
  const mode = inbox.mode(receiver);
  if (mode !== "ok") inbox.turnAway(receiver, mode);
  if (mode === "hang") return { status: 200, fate: "hang" };
  if (mode === "error") return { status: 500, body: "Internal Server Error" };
  if (mode === "revoked") return json(200, codes.revoked);
  if (mode === "busy") return json(200, codes.busy);
  return null;
}

const error = (code: number, words: string) => ({ errcode: code, errmsg: words });

function refuse(inbox: ReceiverInbox, receiver: ReceiverName, answer: unknown): HttpAnswer {
  inbox.turnAway(receiver, JSON.stringify(answer));
  return json(200, answer);
}

const objectOf = (body: Buffer): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** The first line without its marks. */
const titleOf = (markdown: string): string => (markdown.split("\n", 1)[0] ?? "").replaceAll("*", "").trim();

const WECOM_BYTES_MAX = 4_096;

function wecom(inbox: ReceiverInbox, { url, body }: Incoming): HttpAnswer {
  const invalid = error(
    93_000,
    "invalid webhook url, hint: [sandbox], more info at https://open.work.weixin.qq.com/devtool/query?e=93000",
  );
  const busy = error(45_009, "api freq out of limit");
  const early = byMode(inbox, "wecom", { revoked: invalid, busy });
  if (early !== null) return early;
  if (url.searchParams.get("key") !== SECRETS.wecomKey) return refuse(inbox, "wecom", invalid);
  const message = objectOf(body);
  const content = (message?.markdown as { content?: unknown } | undefined)?.content;
  if (message === null) return refuse(inbox, "wecom", error(40_008, "invalid message type"));
  if (message.msgtype !== "markdown" || typeof content !== "string" || content === "") {
    return refuse(inbox, "wecom", error(40_008, "invalid message type"));
  }
  if (Buffer.byteLength(content) > WECOM_BYTES_MAX) {
    return refuse(inbox, "wecom", error(40_058, "markdown.content exceed max length 4096"));
  }
  if (!inbox.admits("wecom")) return refuse(inbox, "wecom", busy);
  inbox.take("wecom", { title: titleOf(content), text: content, raw: message });
  return json(200, error(0, "ok"));
}

const HOUR_MS = 3_600_000;
const sameText = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

function dingtalk(inbox: ReceiverInbox, { url, body }: Incoming): HttpAnswer {
  const gone = error(300_005, "token is not exist");
  const busy = error(130_101, "send too fast, exceed 20 times per minute");
  const early = byMode(inbox, "dingtalk", { revoked: gone, busy });
  if (early !== null) return early;
  const { searchParams: query } = url;
  if (query.get("access_token") !== SECRETS.dingtalkToken) return refuse(inbox, "dingtalk", gone);
  const timestamp = query.get("timestamp") ?? "";
  if (!/^\d{13}$/.test(timestamp) || Math.abs(Number(timestamp) - inbox.now) > HOUR_MS) {
    return refuse(inbox, "dingtalk", error(310_000, "invalid timestamp"));
  }
  const wanted = createHmac("sha256", SECRETS.dingtalkSecret)
    .update(`${timestamp}\n${SECRETS.dingtalkSecret}`, "utf8")
    .digest("base64");
  if (!sameText(query.get("sign") ?? "", wanted)) return refuse(inbox, "dingtalk", error(310_000, "sign not match"));
  const message = objectOf(body);
  const markdown = message?.markdown as { title?: unknown; text?: unknown } | undefined;
  if (message?.msgtype !== "markdown" || typeof markdown?.title !== "string" || typeof markdown.text !== "string") {
    return refuse(inbox, "dingtalk", error(400_105, "unsupported msg type"));
  }
  if (!inbox.admits("dingtalk")) return refuse(inbox, "dingtalk", busy);
  inbox.take("dingtalk", { title: markdown.title, text: markdown.text, raw: message });
  return json(200, error(0, "ok"));
}

function feishu(inbox: ReceiverInbox, { params, body }: Incoming): HttpAnswer {
  const gone = { code: 19_001, msg: "param invalid: incoming webhook access token invalid", data: {} };
  const busy = { code: 11_232, msg: "frequency limited psm[lark.oapi.app_platform_runtime]", data: {} };
  const early = byMode(inbox, "feishu", { revoked: gone, busy });
  if (early !== null) return early;
  if (params.token !== SECRETS.feishuToken) return refuse(inbox, "feishu", gone);
  const message = objectOf(body);
  const timestamp = String(message?.timestamp ?? "");
  const key = `${timestamp}\n${SECRETS.feishuSecret}`;
  const wanted = createHmac("sha256", key).update(Buffer.alloc(0)).digest("base64");
  const isTimely = /^\d{10}$/.test(timestamp) && Math.abs(Number(timestamp) * 1_000 - inbox.now) <= HOUR_MS;
  if (!isTimely || !sameText(String(message?.sign ?? ""), wanted)) {
    const msg = "sign match fail or timestamp is not within one hour from current time";
    return refuse(inbox, "feishu", { code: 19_021, msg, data: {} });
  }
  const card = message?.card as FeishuCard | undefined;
  const title = card?.header?.title?.content;
  if (message?.msg_type !== "interactive" || typeof title !== "string" || !Array.isArray(card?.elements)) {
    return refuse(inbox, "feishu", { code: 9_499, msg: "Bad Request", data: {} });
  }
  if (!inbox.admits("feishu")) return refuse(inbox, "feishu", busy);
  const text = card.elements
    .map((each) => each.content ?? "")
    .filter(Boolean)
    .join("\n");
  inbox.take("feishu", { title, text, raw: message });
  return json(200, { code: 0, msg: "success", data: {}, StatusCode: 0, StatusMessage: "success" });
}

interface FeishuCard {
  readonly header?: { readonly title?: { readonly content?: unknown } };
  readonly elements?: readonly { readonly content?: string }[];
}
