import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { NOTIFICATION_RECIPIENTS_MAX } from "#lib/base/limits.ts";
import { allowedAddress } from "#lib/outbound/target.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { answerText, type PushMessage, type SendResult } from "../message.ts";
import { type ChannelKind, secretText } from "./channel-kind.ts";

// E-mail by the shop's own server (SMTP, RFC 5321, by nodemailer). The name is looked up here and the connection goes to the very
// address that was checked; the certificate is checked against the name. 4xx of SMTP is tried again, 5xx is not (RFC 5321 §4.2.1).

const addressOf = (host: string, port: number): string => `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
const address = z.email().max(254);
const schema = z.object({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[\w.:-]+$/)
    // `192.168.1.300` has the form of a host and is none.
    .refine((host) => URL.canParse(addressOf(host, 25))),
  port: z.int().min(1).max(65_535),
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().max(254).default(""),
  password: secretText.default(""),
  from: address,
  to: z.array(address).max(NOTIFICATION_RECIPIENTS_MAX).default([]),
});
type EmailSettings = z.infer<typeof schema>;

export const email: ChannelKind<EmailSettings> = {
  schema,
  perMinute: 20,
  target: ({ host, from }) => `${from} · ${host}`,
  urls: ({ host, port }) => [addressOf(host, port)],
  async send(settings, message, { policy, timeoutMs, addresses, language }): Promise<SendResult> {
    const to = [...new Set([...settings.to, ...addresses])].slice(0, NOTIFICATION_RECIPIENTS_MAX);
    if (to.length === 0) return { kind: "refused", answer: "no recipient" };
    const host = await allowedAddress(settings.host, policy);
    if (host === null) return { kind: "failed", answer: "the mail server is unknown, or its address is not allowed" };
    const transport = createTransport({
      ...{ host, port: settings.port, secure: settings.security === "tls" },
      requireTLS: settings.security === "starttls",
      ignoreTLS: settings.security === "none",
      ...(settings.user === "" ? {} : { auth: { user: settings.user, pass: settings.password } }),
      tls: { servername: isIP(settings.host) > 0 ? "" : settings.host },
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
    // Its own time-outs count from the last sign of life; this one counts from the beginning.
    const deadline = setTimeout(() => transport.close(), timeoutMs);
    try {
      const { brand } = notificationsText(language);
      const domain = settings.from.split("@")[1] ?? "localhost";
      const sent = await Promise.race([
        transport.sendMail({
          ...{ from: { name: brand, address: settings.from }, to, subject: `[${brand}] ${message.title}` },
          ...{ text: textOf(message), html: htmlOf(message), messageId: `<${message.id}@${domain}>` },
          headers: {
            "Auto-Submitted": "auto-generated",
            ...(message.level === "critical" ? { Importance: "high" } : {}),
          },
        }),
        tooLate(timeoutMs),
      ]);
      return { kind: "sent", answer: answerText(sent.response) };
    } catch (cause) {
      return judgeSmtp(cause);
    } finally {
      clearTimeout(deadline);
      transport.close();
    }
  },
};

const tooLate = (ms: number): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), ms).unref());

/** Words of the mail server are kept, those of the connection as well; neither holds the password. */
function judgeSmtp(cause: unknown): SendResult {
  const { responseCode, response, code, message } = cause as Partial<
    Record<"response" | "code" | "message", string>
  > & {
    responseCode?: number;
  };
  const words = answerText(response ?? [code, message].filter(Boolean).join(" "));
  // A wrong password is mended by a person; the server may lock the account if it is tried again and again, so pauses grow.
  if (code === "EAUTH" || responseCode === undefined || responseCode < 500) return { kind: "failed", answer: words };
  return { kind: "refused", answer: words };
}

function textOf({ title, facts, lines, text, link, linkLabel }: PushMessage): string {
  const rows = facts.map(({ label, value }) => `${label}: ${value}`);
  const bodies = [rows.join("\n"), lines.map((line) => `- ${line}`).join("\n"), text, `${linkLabel}: ${link}`];
  return [title, ...bodies.filter((part) => part !== "")].join("\n\n");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

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
