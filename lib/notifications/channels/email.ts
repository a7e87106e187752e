import { z } from "zod";
import { NOTIFICATION_RECIPIENTS_MAX } from "#lib/base/limits.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import type { PushMessage, SendResult } from "../message.ts";
import type { ChannelKind } from "./channel-kind.ts";
import { escaped, mailAddress, mailServer, sendMail, serverUrl } from "./mail-server.ts";

const schema = mailServer.extend({ to: z.array(mailAddress).max(NOTIFICATION_RECIPIENTS_MAX).default([]) });
type EmailSettings = z.infer<typeof schema>;

export const email: ChannelKind<EmailSettings> = {
  schema,
  perMinute: 20,
  target: ({ host, from }) => `${from} · ${host}`,
  urls: ({ host, port }) => [serverUrl(host, port)],
  async send(settings, message, { policy, timeoutMs, addresses, onlyTo, language }): Promise<SendResult> {
    const all = onlyTo === null ? [...settings.to, ...addresses] : [onlyTo];
    const to = [...new Set(all)].slice(0, NOTIFICATION_RECIPIENTS_MAX);
    if (to.length === 0) return { kind: "refused", answer: "no recipient" };
    const { brand } = notificationsText(language);
    const mail = {
      ...{ id: message.id, fromName: brand, to, subject: `[${brand}] ${message.title}` },
      ...{ text: textOf(message), html: htmlOf(message), urgent: message.level === "critical" },
    };
    return sendMail(settings, mail, { policy, timeoutMs });
  },
};

function textOf({ title, facts, lines, text, link, linkLabel }: PushMessage): string {
  const rows = facts.map(({ label, value }) => `${label}: ${value}`);
  const bodies = [rows.join("\n"), lines.map((line) => `- ${line}`).join("\n"), text, `${linkLabel}: ${link}`];
  return [title, ...bodies.filter((part) => part !== "")].join("\n\n");
}

const COLOURS: Readonly<Record<PushMessage["level"], string>> = {
  news: "#0b7a4b",
  warning: "#9a5b00",
  critical: "#b3261e",
  recovered: "#0b7a4b",
};

function htmlOf({ title, level, facts, lines, text, link, linkLabel }: PushMessage): string {
  const row = ({ label, value }: { label: string; value: string }) =>
    `<tr><td style="padding:4px 16px 4px 0;color:#5c6660">${escaped(label)}</td><td style="padding:4px 0">${escaped(value)}</td></tr>`;
  return `<div style="font:16px/1.6 system-ui,sans-serif;color:#1b211e;max-width:560px">
<h1 style="font-size:20px;color:${COLOURS[level]}">${escaped(title)}</h1>
<table style="border-collapse:collapse">${facts.map(row).join("")}</table>
${lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`}
${text === "" ? "" : `<p>${escaped(text)}</p>`}
<p><a href="${escaped(link)}" style="display:inline-block;padding:10px 18px;border-radius:10px;background:#0b7a4b;color:#fff;text-decoration:none">${escaped(linkLabel)}</a></p>
</div>`;
}
