import { connect, type Socket } from "node:net";
import { z } from "zod";
import { PRINTER_CALLS } from "#lib/base/call-budgets.ts";
import type { PrinterTrouble, PrintResult } from "./print-result.ts";
import { type PrinterPolicy, printerAddress } from "./printer-address.ts";

// A printer in the shop's network: raw ESC/POS on TCP port 9100. Before anything is sent the printer is asked how it is (DLE EOT,
// which it answers at once, whatever it prints); after the last byte it is asked again in order (GS r), so that the answer comes when
// the document has been taken. Printers that never answer are told apart by a setting: for them, sent counts as printed.

export const networkSettings = z.object({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[\w.:-]+$/),
  port: z.coerce.number().int().min(1).max(65_535).default(9_100),
  answers: z.boolean().default(true),
});
export type NetworkSettings = z.infer<typeof networkSettings>;

const ASK_OFFLINE_CAUSE = [0x10, 0x04, 0x02];
const ASK_PAPER = [0x10, 0x04, 0x04];
const ASK_IN_ORDER = [0x1d, 0x72, 0x01];

export async function printOverNetwork(
  { host, port, answers }: NetworkSettings,
  bytes: Uint8Array,
  policy: PrinterPolicy,
): Promise<PrintResult> {
  const address = await printerAddress(host, port, policy);
  if (address === null) return notPrinted("refused", "the address is unknown, or not one of the shop's network");
  const line = openLine(address, port);
  try {
    const problem = await line.connected(PRINTER_CALLS.connectMs);
    if (problem !== null) return notPrinted("offline", problem);
    const before = answers ? await askFirst(line) : null;
    if (before !== null) return before;
    return await send(line, bytes, answers);
  } finally {
    line.close();
  }
}

const notPrinted = (trouble: PrinterTrouble, answer: string): PrintResult => ({ kind: "not_printed", trouble, answer });
const unknown = (trouble: PrinterTrouble, answer: string): PrintResult => ({ kind: "unknown", trouble, answer });

/** @returns null where it may print */
async function askFirst(line: PrinterConnection): Promise<PrintResult | null> {
  await line.write([...ASK_OFFLINE_CAUSE, ...ASK_PAPER], PRINTER_CALLS.statusMs);
  const status = await line.read(2, PRINTER_CALLS.statusMs);
  if (status === null) return notPrinted("unanswered", "the printer does not say how it is");
  const trouble = troubleIn(status);
  return trouble === null ? null : notPrinted(trouble, `status ${Buffer.from(status).toString("hex")}`);
}

/** Of the answers to DLE EOT 2 and 4 (Epson's reference, "Transmit real-time status"). */
function troubleIn([cause = 0, paper = 0]: readonly number[]): PrinterTrouble | null {
  if ((paper & 0x60) !== 0 || (cause & 0x20) !== 0) return "paper_out";
  if ((cause & 0x04) !== 0) return "cover_open";
  return (cause & 0x40) === 0 ? null : "offline";
}

async function send(line: PrinterConnection, bytes: Uint8Array, answers: boolean): Promise<PrintResult> {
  if (!answers) {
    const sent = await line.write(bytes, PRINTER_CALLS.printMs);
    return sent ? { kind: "printed", answer: "sent" } : unknown("offline", "the connection ended while it was sent");
  }
  await line.write([...bytes, ...ASK_IN_ORDER], PRINTER_CALLS.printMs);
  const end = await line.read(1, PRINTER_CALLS.printMs);
  if (end === null) return unknown(line.isClosed() ? "offline" : "unanswered", "no answer after the last line");
  // The paper may end while it prints: what is on the last of it nobody knows.
  if (((end[0] ?? 0) & 0x0c) !== 0) return unknown("paper_out", "the paper ended while it was printed");
  return { kind: "printed", answer: "printed" };
}

interface PrinterConnection {
  /** @returns what went wrong, or null */
  connected(timeoutMs: number): Promise<string | null>;
  /** @returns whether all of it was taken */
  write(bytes: ArrayLike<number>, timeoutMs: number): Promise<boolean>;
  /** @returns null where the printer does not say so much in time */
  read(count: number, timeoutMs: number): Promise<number[] | null>;
  isClosed(): boolean;
  close(): void;
}

function openLine(host: string, port: number): PrinterConnection {
  const socket: Socket = connect({ host, port });
  let heard: number[] = [];
  let closed = false;
  let failure = "no answer in time";
  let wake = () => {};
  socket.on("data", (chunk) => {
    heard = [...heard, ...chunk].slice(-64);
    wake();
  });
  socket.on("error", (cause: NodeJS.ErrnoException) => {
    failure = `the connection failed (${cause.code ?? "unknown"})`;
  });
  socket.on("close", () => {
    closed = true;
    wake();
  });
  socket.on("connect", () => wake());
  /** Waits until `isDone`, the end of the connection, or the end of the time. */
  const until = (isDone: () => boolean, timeoutMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const look = (isLate: boolean) => {
        if (!isDone() && !closed && !isLate) return;
        clearTimeout(timer);
        wake = () => {};
        resolve(isDone());
      };
      const timer = setTimeout(() => look(true), timeoutMs);
      wake = () => look(false);
      look(false);
    });
  return {
    connected: async (timeoutMs) =>
      (await until(() => !socket.connecting && !closed && socket.readyState === "open", timeoutMs)) ? null : failure,
    async write(bytes, timeoutMs) {
      let taken = false;
      socket.write(Uint8Array.from(bytes), (cause) => {
        taken = cause === undefined || cause === null;
        wake();
      });
      return until(() => taken, timeoutMs);
    },
    async read(count, timeoutMs) {
      if (!(await until(() => heard.length >= count, timeoutMs))) return null;
      const [read, rest] = [heard.slice(0, count), heard.slice(count)];
      heard = rest;
      return read;
    },
    isClosed: () => closed,
    close: () => void socket.destroySoon(),
  };
}
