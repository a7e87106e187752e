import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { AppError } from "#lib/base/app-error.ts";
import { AMOUNT_FEN_MAX, MCP_CONFIRMATION_MS, REFUND_REASON_CHARS_MAX } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { line } from "#lib/contract/order-request.ts";
import { shortRefund } from "./order-tools.ts";
import { orderIdSchema, type ToolContext, tool } from "./tool.ts";

/** What a confirmation stands for. It is sealed, so nobody can make one or change it, and opens for its own key alone. */
const confirmedSchema = z.object({
  orderId: z.string(),
  amount: z.int().min(1),
  reason: z.string().nullable(),
  expiresAt: z.iso.datetime(),
});
type Confirmed = z.output<typeof confirmedSchema>;

const placeOf = (callerId: string) => ({ table: "mcp", column: "refund", row: callerId });
const BYTES_OF_CHANCE = 16;

const seal = ({ container, caller }: ToolContext, confirmed: Confirmed): string => {
  const text = JSON.stringify({ ...confirmed, chance: randomBytes(BYTES_OF_CHANCE).toString("hex") });
  return Buffer.from(container.cookieBox.seal(text, placeOf(caller.id))).toString("base64url");
};

/** @throws AppError `invalid_request` */
function open({ container, caller }: ToolContext, confirmation: string): Confirmed {
  const refuse = (message: string) =>
    new AppError("invalid_request", `the confirmation ${message}; ask for a new one by leaving it out`, {
      errors: [{ path: "confirmation", message }],
    });
  let confirmed: Confirmed;
  try {
    const bytes = container.cookieBox.open(Buffer.from(confirmation, "base64url"), placeOf(caller.id));
    confirmed = confirmedSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    throw refuse("is not one of this API key");
  }
  if (new Date(confirmed.expiresAt) <= container.clock.now()) throw refuse("has expired");
  return confirmed;
}

interface Wish {
  readonly orderId: string;
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

async function ask(context: ToolContext, { orderId, amount, reason }: Wish) {
  const { payments, clock } = context.container;
  const order = await payments.order(orderId);
  const preview = await payments.previewRefund({ orderId, amount });
  const expiresAt = addMs(clock.now(), MCP_CONFIRMATION_MS).toISOString();
  const confirmed = { orderId, amount: preview.amount, reason: reason ?? null, expiresAt };
  return {
    isDone: false,
    summary: `Gives back ${preview.amount} fen of order ${order.outTradeNo} (${order.description}), of which ${order.amountPaid} fen were paid and ${order.amountRefunded} fen went back before.`,
    ...confirmed,
    confirmation: seal(context, confirmed),
    next: "Show the summary to a person. If they agree, call refund_order again with the same orderId and this confirmation.",
  };
}

async function carryOut(context: ToolContext, confirmation: string, wish: Wish) {
  const { orderId, amount, reason } = open(context, confirmation);
  if (wish.orderId !== orderId || (wish.amount ?? amount) !== amount) {
    throw new AppError("conflict", `this confirmation is for ${amount} fen of order ${orderId}`);
  }
  const { container, caller } = context;
  // The confirmation is the idempotency key: whoever comes twice with it gets the first refund, and makes no second one.
  const digest = createHash("sha256").update(confirmation).digest();
  const result = await container.payments.refundOrder({
    ...{ orderId, amount, ...(reason === null ? {} : { reason }) },
    once: { apiKeyId: caller.id, key: `mcp-${digest.toString("hex")}`, digest },
    asker: { kind: "api", actor: caller.id, userId: null },
  });
  const refund = result.kind === "replayed" ? JSON.parse(result.answer.body) : result.refund;
  return { isDone: true, wasUsedBefore: result.kind === "replayed", refund: shortRefund(refund) };
}

/** Two calls: the first says what would go back, the second does it. */
export const refundOrder = tool({
  name: "refund_order",
  title: "Refund an order",
  description:
    "Gives money of a paid order back, in two calls. Without `confirmation` nothing happens: the answer says what would go back, with a confirmation that is valid for ten minutes, for this key, order and amount, and makes one refund at most. Show it to a person before you call again with it. Without `amount` all that is left goes back.",
  scope: "refunds:write",
  isWrite: true,
  input: z.strictObject({
    orderId: orderIdSchema,
    amount: z.int().min(1).max(AMOUNT_FEN_MAX).optional().describe("In fen"),
    reason: line(REFUND_REASON_CHARS_MAX).optional().describe("The shopper reads it in WeChat"),
    confirmation: z.string().min(1).max(2_000).optional().describe("Of the first call"),
  }),
  run: (context, { confirmation, ...wish }) =>
    confirmation === undefined ? ask(context, wish) : carryOut(context, confirmation, wish),
});
