import { isIP } from "node:net";
import { z } from "zod";
import { allowedAddress, type TargetPolicy } from "#lib/outbound/target.ts";
import { answerText, type SendResult } from "../message.ts";
import { secretText } from "./channel-kind.ts";

// The shop's own mail server (SMTP, RFC 5321, by nodemailer). The name is looked up here and the connection goes to the very
// address that was checked; the certificate is checked against the name. 4xx of SMTP is tried again, 5xx is not (RFC 5321 §4.2.1).

export const serverUrl = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
export const mailAddress = z.email().max(254);

export const mailServer = z.object({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[\w.:-]+$/)
    // `192.168.1.300` has the form of a host and is none.
    .refine((host) => URL.canParse(serverUrl(host, 25))),
  port: z.int().min(1).max(65_535),
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().max(254).default(""),
  password: secretText.default(""),
  from: mailAddress,
});
type MailServer = z.infer<typeof mailServer>;

export interface Mail {
  /** The same on every try, so that a repeat can be told. */
  readonly id: string;
  readonly fromName: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly urgent?: boolean;
}

export async function sendMail(
  server: MailServer,
  { id, fromName, to, subject, text, html, urgent = false }: Mail,
  { policy, timeoutMs }: { readonly policy: TargetPolicy; readonly timeoutMs: number },
): Promise<SendResult> {
  const host = await allowedAddress(server.host, policy);
  if (host === null) return { kind: "failed", answer: "the mail server is unknown, or its address is not allowed" };
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    ...{ host, port: server.port, secure: server.security === "tls" },
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    ...(server.user === "" ? {} : { auth: { user: server.user, pass: server.password } }),
    tls: { servername: isIP(server.host) > 0 ? "" : server.host },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  // Its own time-outs count from the last sign of life; this one counts from the beginning.
  const deadline = setTimeout(() => transport.close(), timeoutMs);
  try {
    const domain = server.from.split("@")[1] ?? "localhost";
    const sent = await Promise.race([
      transport.sendMail({
        ...{ from: { name: fromName, address: server.from }, to: [...to], subject, text, html },
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated", ...(urgent ? { Importance: "high" } : {}) },
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
}

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

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
