import { z } from "zod";
import { post } from "#lib/outbound/post.ts";
import { answerText, type SendContext, type SendResult } from "../message.ts";

// What the three group robots share: a JSON post to a secret address, and an answer of 200 whose code says what came of it.

const answer = z.object({
  errcode: z.int().optional(),
  errmsg: z.string().optional(),
  code: z.int().optional(),
  msg: z.string().optional(),
});

/** What an error code of a robot means for us. */
interface RobotCodes {
  /** The robot is gone, or its address is not one. */
  readonly revoked: readonly number[];
  /** Too many messages: how long to stay away. */
  readonly busy: Readonly<Record<number, number>>;
  /** Passing faults of the receiver. */
  readonly passing: readonly number[];
}

export interface RobotPost {
  readonly url: string;
  readonly body: unknown;
  readonly codes: RobotCodes;
}

export async function postToRobot({ url, body, codes }: RobotPost, context: SendContext): Promise<SendResult> {
  const result = await post({
    url,
    headers: { "content-type": "application/json; charset=utf-8", "user-agent": "lingfu-notifications/1" },
    body: JSON.stringify(body),
    policy: context.policy,
    timeoutMs: context.timeoutMs,
    keepText: true,
  });
  if (result.kind === "failed") return { kind: "failed", answer: result.error };
  if (result.status < 200 || result.status >= 300) return judgeStatus(result.status);
  const said = parsed(result.text);
  const code = said?.errcode ?? said?.code;
  if (code === undefined) return { kind: "failed", answer: `HTTP ${result.status} without a code` };
  const words = answerText(`${code} ${said?.errmsg ?? said?.msg ?? ""}`);
  if (code === 0) return { kind: "sent", answer: words };
  if (codes.revoked.includes(code)) return { kind: "revoked", answer: words };
  const pauseMs = codes.busy[code];
  if (pauseMs !== undefined) return { kind: "failed", answer: words, pauseMs };
  return { kind: codes.passing.includes(code) ? "failed" : "refused", answer: words };
}

/** By the status alone: what says "later" is tried again, what says "never" is not. */
export function judgeStatus(status: number): SendResult {
  const words = `HTTP ${status}`;
  if (status === 410) return { kind: "revoked", answer: words };
  if (status >= 500 || status === 408 || status === 425 || status === 429) return { kind: "failed", answer: words };
  return { kind: "refused", answer: words };
}

function parsed(text: string): z.infer<typeof answer> | null {
  try {
    return answer.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
