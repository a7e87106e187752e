import { createHash } from "node:crypto";
import { z } from "zod";
import { PRINTER_CALLS } from "#lib/base/call-budgets.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { post } from "#lib/outbound/post.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import { COLUMNS, type PaperLine, type PaperWidth } from "./paper.ts";
import type { PrintResult } from "./print-result.ts";

// Feie's cloud printers (飞鹅云打印, open interface): POST a form to /Api/Open/ with user, stime (seconds), sig = SHA-1 of
// user + UKEY + stime in hex, apiname Open_printMsg, sn, content, times. Answers {ret, msg, data}: ret 0 and the number of the order.
// The content is text with tags: <BR> ends a line, <B> is double size, <BOLD>, <C> centres, <QR>, <CUT>. Sure: sdk examples of the
// maker in public repositories (feiejishu). Its 58 mm paper has 32 cells, its 80 mm paper 48.

export const FEIE_URL = "https://api.feieyun.cn/Api/Open/";

export const feieSettings = z.object({
  url: z.url().max(300).default(FEIE_URL),
  user: z.string().min(1).max(100),
  ukey: z.string().min(1).max(100),
  sn: z.string().regex(/^\w{4,32}$/),
});
export type FeieSettings = z.infer<typeof feieSettings>;

const CONTENT_BYTES_MAX = 5_000;
const answerSchema = z.object({ ret: z.number(), msg: z.string().default(""), data: z.unknown() });
/** Nothing has left us: no name, no way, nobody there. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|not allowed/;

export interface FeieJob {
  readonly lines: readonly PaperLine[];
  readonly width: PaperWidth;
  readonly copies: number;
  readonly now: Date;
  readonly policy: TargetPolicy;
}

export async function printByFeie({ url, user, ukey, sn }: FeieSettings, job: FeieJob): Promise<PrintResult> {
  const stime = String(Math.floor(job.now.getTime() / SECOND_MS));
  const content = feieContent(job.lines, job.width);
  if (Buffer.byteLength(content) > CONTENT_BYTES_MAX) {
    return { kind: "not_printed", trouble: "refused", answer: "the document is longer than the printer's cloud takes" };
  }
  const form = new URLSearchParams({
    ...{ user, stime, sig: createHash("sha1").update(`${user}${ukey}${stime}`).digest("hex") },
    ...{ apiname: "Open_printMsg", sn, content, times: String(job.copies) },
  });
  const result = await post({
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    policy: job.policy,
    timeoutMs: PRINTER_CALLS.cloudMs,
    keepText: true,
  });
  if (result.kind === "failed") {
    const kind = NEVER_SENT.test(result.error) ? "not_printed" : "unknown";
    return { kind, trouble: "offline", answer: result.error };
  }
  const answer = readAnswer(result.text);
  if (result.status !== 200 || answer === null) {
    return { kind: "unknown", trouble: "unanswered", answer: `the printer's cloud answered ${result.status}` };
  }
  if (answer.ret === 0) return { kind: "printed", answer: `taken by the printer's cloud: ${String(answer.data)}` };
  return { kind: "not_printed", trouble: "refused", answer: `${answer.ret} ${answer.msg}`.slice(0, 200) };
}

function readAnswer(text: string): z.infer<typeof answerSchema> | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Feie's tags. What a text holds that would be one is taken out. */
function feieContent(lines: readonly PaperLine[], width: PaperWidth): string {
  const half = COLUMNS[width] / 2;
  const tagged = lines.map((line) => {
    if (line.kind === "qr") return `<QR>${line.content.replaceAll(/[<>]/g, "")}</QR>`;
    const text = line.text.replaceAll("<", "＜").replaceAll(">", "＞");
    // A wide line is centred by its tag, which knows the printer's own width.
    if (line.isWide) return `<CB>${text.trim().slice(0, half)}</CB><BR>`;
    return line.isBold ? `<BOLD>${text}</BOLD><BR>` : `${text}<BR>`;
  });
  return `${tagged.join("")}<BR><BR><CUT>`;
}
