import type { Socket } from "node:net";
import { type ReceiverInbox, SECRETS } from "./inbox.ts";
import { startTcpServer, type TcpPlace, type TcpServer } from "./tcp-server.ts";

// A mail server for one mailbox: the few commands of SMTP (RFC 5321) that senders use, and AUTH PLAIN and LOGIN (RFC 4954).

const MESSAGE_BYTES_MAX = 1_048_576;

export const startMailServer = (inbox: ReceiverInbox, place: TcpPlace): Promise<TcpServer> =>
  startTcpServer(place, (socket) => converse(inbox, socket));

interface Conversation {
  authorized: boolean;
  /** AUTH LOGIN asks for the name, then for the password. */
  awaits: "command" | "data" | "name" | "password";
  name: string;
  from: string;
  to: string[];
}

function converse(inbox: ReceiverInbox, socket: Socket): void {
  const state: Conversation = { authorized: false, awaits: "command", name: "", from: "", to: [] };
  let text = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  if (inbox.mode("email") === "hang") {
    inbox.turnAway("email", "hang");
    return;
  }
  say("220 sandbox ESMTP");
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    if (text.length > MESSAGE_BYTES_MAX) return socket.destroy();
    for (;;) {
      const mark = state.awaits === "data" ? "\r\n.\r\n" : "\r\n";
      const end = text.indexOf(mark);
      if (end < 0) return;
      const part = text.slice(0, end);
      text = text.slice(end + mark.length);
      if (state.awaits === "data") {
        state.awaits = "command";
        say(takeMail(inbox, state, part));
      } else for (const line of answer(inbox, state, part)) say(line);
      if (part.toUpperCase() === "QUIT") socket.end();
    }
  });
}

function answer(inbox: ReceiverInbox, state: Conversation, line: string): string[] {
  if (state.awaits === "name") return awaitPassword(state, decoded(line));
  if (state.awaits === "password") return authorize(state, state.name, decoded(line));
  const [verb = "", ...rest] = line.split(" ");
  switch (verb.toUpperCase()) {
    case "EHLO":
      return ["250-sandbox", "250-8BITMIME", "250-SMTPUTF8", "250 AUTH PLAIN LOGIN"];
    case "HELO":
    case "RSET":
    case "NOOP":
      return ["250 ok"];
    case "AUTH":
      return beginAuth(state, rest);
    case "MAIL":
      return beginMail(inbox, state, line);
    case "RCPT":
      state.to.push(/<([^>]*)>/.exec(line)?.[1] ?? "");
      return ["250 ok"];
    case "DATA":
      state.awaits = "data";
      return ["354 end with a dot"];
    case "QUIT":
      return ["221 bye"];
    default:
      return ["502 not known"];
  }
}

const decoded = (text: string): string => Buffer.from(text, "base64").toString("utf8");

function beginAuth(state: Conversation, [method = "", given]: readonly string[]): string[] {
  if (method.toUpperCase() === "LOGIN") {
    state.awaits = "name";
    return ["334 VXNlcm5hbWU6"];
  }
  if (method.toUpperCase() !== "PLAIN" || given === undefined) return ["504 not supported"];
  const [, name = "", password = ""] = decoded(given).split("\0");
  return authorize(state, name, password);
}

function awaitPassword(state: Conversation, name: string): string[] {
  Object.assign(state, { name, awaits: "password" });
  return ["334 UGFzc3dvcmQ6"];
}

function authorize(state: Conversation, name: string, password: string): string[] {
  state.awaits = "command";
  state.authorized = name === SECRETS.smtpUser && password === SECRETS.smtpPassword;
  return [state.authorized ? "235 ok" : "535 Error: authentication failed"];
}

function beginMail(inbox: ReceiverInbox, state: Conversation, line: string): string[] {
  const mode = inbox.mode("email");
  if (mode !== "ok") inbox.turnAway("email", mode);
  if (mode === "error") return ["451 requested action aborted: local error in processing"];
  if (mode === "busy") return ["450 too many messages, try again later"];
  if (mode === "revoked") return ["550 mailbox unavailable"];
  if (!state.authorized) return ["530 authentication required"];
  state.from = /<([^>]*)>/.exec(line)?.[1] ?? "";
  state.to = [];
  return ["250 ok"];
}

function takeMail(inbox: ReceiverInbox, { from, to }: Conversation, source: string): string {
  const { id } = inbox.take("email", { title: subjectOf(source), text: textOf(source), raw: { from, to, source } });
  return `250 ok queued as sandbox-${id}`;
}

/** RFC 2047 words. */
function subjectOf(source: string): string {
  const line = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/im.exec(source)?.[1] ?? "";
  return line
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
      form.toLowerCase() === "b" ? decoded(word) : quotedPrintable(word.replaceAll("_", " ")),
    );
}

function quotedPrintable(text: string): string {
  const joined = text.replaceAll(/=\r\n/g, "");
  const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The first part of plain text. */
function textOf(source: string): string {
  const part = /Content-Type: text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)(?:\r\n--|$)/i.exec(source);
  const head = source.slice(part?.index ?? 0, (part?.index ?? 0) + 300);
  const body = part?.[1] ?? "";
  if (/Content-Transfer-Encoding: base64/i.test(head)) return decoded(body);
  return /Content-Transfer-Encoding: quoted-printable/i.test(head) ? quotedPrintable(body) : body;
}
