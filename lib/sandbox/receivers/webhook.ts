import { createHmac } from "node:crypto";
import { type HttpAnswer, type HttpRoute, type Incoming, json } from "../http.ts";
import { type ReceiverInbox, SECRETS } from "./inbox.ts";

// A system of the shop's own that takes signed messages (Standard Webhooks).

export const webhookRoutes = (inbox: ReceiverInbox): HttpRoute[] => [
  { method: "POST", path: "/receivers/webhook", run: (incoming) => receive(inbox, incoming) },
];

const SKEW_S = 300;

function receive(inbox: ReceiverInbox, { headers, body }: Incoming): HttpAnswer {
  const refuse = (status: number, why: string): HttpAnswer => {
    inbox.turnAway("webhook", why);
    return json(status, { error: why });
  };
  const mode = inbox.mode("webhook");
  if (mode === "hang") return { ...refuse(200, mode), fate: "hang" };
  if (mode === "error") return refuse(500, mode);
  if (mode === "revoked") return refuse(410, mode);
  if (mode === "busy") return refuse(429, mode);
  const [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    String(headers[name] ?? ""),
  );
  const key = Buffer.from(SECRETS.webhookSecret.slice("whsec_".length), "base64");
  const wanted = `v1,${createHmac("sha256", key)
    .update(`${id}.${timestamp}.${body.toString("utf8")}`)
    .digest("base64")}`;
  if (Math.abs(Number(timestamp) - inbox.now / 1_000) > SKEW_S)
    return refuse(400, "the timestamp is too old or too new");
  if (!signature?.split(" ").includes(wanted)) return refuse(401, "the signature is wrong");
  const said = JSON.parse(body.toString("utf8")) as { data?: { title?: string; text?: string; lines?: string[] } };
  const text = [...(said.data?.lines ?? []), said.data?.text ?? ""].filter(Boolean).join("\n");
  inbox.take("webhook", { title: said.data?.title ?? "", text, raw: said });
  return { status: 204 };
}
