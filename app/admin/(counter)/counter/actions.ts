"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import type { CounterResult } from "#components/admin/counter/counter-actions.ts";
import { amountText } from "#components/ui/amount.tsx";
import { AppError, isAppError } from "#lib/base/app-error.ts";
import { COUNTER_ORDER_LIFE_S } from "#lib/base/counter-limits.ts";
import { isId } from "#lib/base/ids.ts";
import { CODEPAY_POLL_MS } from "#lib/base/limits.ts";
import { codePayRequestSchema, DECLINE_REASONS } from "#lib/contract/code-pay.ts";
import { type CounterSale, counterSaleSchema, counterSettingsSchema } from "#lib/contract/counter.ts";
import { type OrderRequest, orderRequestSchema } from "#lib/contract/order-request.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import { keepCounterSettings } from "#lib/storage/counter/counter-settings.ts";
import { showOnScreen } from "#lib/storage/counter/screens.ts";
import { recordAuditOnce } from "#lib/storage/operations/audit-log.ts";
import { nearestPrinter, readPrintPlace } from "#lib/storage/printing/printers.ts";
import { readRefundRules } from "#lib/storage/refunds/refund-approvals.ts";
import { type CounterText, counterText, printingText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { type CounterRequest, screenOf } from "../../counter-request.ts";
import { printOutcome } from "../../print-outcome.ts";
import { needsConfirmation } from "../../refund-confirmation.ts";
import { done, failed, formKey, runAdminAction } from "../../run-admin-action.ts";
import { runCounterAction } from "../../run-counter-action.ts";
import { requireRecentSecondFactor } from "../../second-factor.ts";

const orderId = z.string().refine((text) => isId("order", text));
const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .max(32_768)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.issues.push({ code: "custom", input: text, message: "must be JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

/** The order of a sale, made once however often it is sent; shown as a QR code at once where that is how it is to be paid. */
export async function place(form: FormData): Promise<CounterResult> {
  return runCounterAction<z.output<typeof placing>, CounterResult>({
    right: "charge",
    form,
    schema: placing,
    // With the order's id, once it is known.
    audit: null,
    async work(counterRequest, { token, sale, way }) {
      const id = await placeOnce(counterRequest, { token, sale });
      await showTo(counterRequest, id);
      return way === "code" ? openCode(counterRequest, id) : stateOf(counterRequest, id);
    },
  });
}

const placing = z.object({ token: z.uuid(), sale: json(counterSaleSchema), way: z.enum(["code", "scan"]) });

async function placeOnce(
  { container, actor, place: made, language }: CounterRequest,
  { token, sale }: { token: string; sale: CounterSale },
): Promise<string> {
  const request = requestOf(sale, counterText(language));
  const once = formKey(token, sale);
  const result = await container.payments.createOrderOnce(request, once, { entry: "pos", place: made });
  const { id, amountDue } =
    result.kind === "replayed" ? (JSON.parse(result.answer.body) as { id: string; amountDue: number }) : result.order;
  // Also for a repeat: the process may have died between the order and its entry.
  await recordAuditOnce(container.database.pool, {
    ...{ actor, action: "counter.order", subject: id },
    ...{ detail: { amountDue }, at: container.clock.now() },
  });
  return id;
}

/** @throws AppError `invalid_request` where the amounts come to nothing, or to too much */
function requestOf({ amounts, items, note }: CounterSale, words: CounterText): OrderRequest {
  const name = note === "" ? words.sale : note;
  const parsed = orderRequestSchema.safeParse({
    items: [
      ...items.map(({ name: item, fen, quantity }) => ({ name: item, unitAmount: fen, quantity })),
      ...amounts.map((unitAmount) => ({ name, unitAmount, quantity: 1 })),
    ],
    // Amounts that were added up are one sale to the shopper, not several things.
    ...(note === "" && items.length > 0 ? {} : { description: name }),
    metadata: { source: "counter" },
    expiresIn: COUNTER_ORDER_LIFE_S,
  });
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", "the amounts come to nothing, or to more than one payment may be");
}

export async function showCode(form: FormData): Promise<CounterResult> {
  return runCounterAction<{ orderId: string }, CounterResult>({
    right: "charge",
    form,
    schema: z.object({ orderId }),
    audit: null,
    async work(counterRequest, input) {
      await showTo(counterRequest, input.orderId);
      return openCode(counterRequest, input.orderId);
    },
  });
}

/** The order stays where WeChat gives no code: it is asked for again, for the same order. */
async function openCode(counterRequest: CounterRequest, id: string): Promise<CounterResult> {
  const words = counterText(counterRequest.language);
  const { payments } = counterRequest.container;
  try {
    await payments.startPayment({ orderId: id, channel: "native", openid: null, payerIp: null });
    return await stateOf(counterRequest, id);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return { ...failed(whyNot(cause, words) ?? words.trouble.wechat), order: await payments.counterOrder(id) };
  }
}

const stateOf = async ({ container }: CounterRequest, id: string): Promise<CounterResult> => ({
  ...done(""),
  order: await container.payments.counterOrder(id),
});

/** Room for one question to WeChat. */
const FOLLOW_UP_MS = CODEPAY_POLL_MS + 1_000;

const charging = z.object({
  orderId,
  // Scanners append a line break, people type spaces.
  authCode: z
    .string()
    .max(64)
    .transform((text) => text.replaceAll(/\s/g, "")),
  again: z.enum(["0", "1"]),
});

/** Charges a shopper's payment code and answers at once; sent again, it waits a little for the result of that charge. */
export async function charge(form: FormData): Promise<CounterResult> {
  return runCounterAction<z.output<typeof charging>, CounterResult>({
    right: "charge",
    form,
    schema: charging,
    audit: (input) => (input.again === "1" ? null : { action: "order.charge", subject: input.orderId }),
    async work(counterRequest, input) {
      const words = counterText(counterRequest.language);
      const { payments } = counterRequest.container;
      const { authCode, again } = input;
      if (!codePayRequestSchema.shape.authCode.safeParse(authCode).success) return failed(words.scan.bad);
      try {
        const waitMs = again === "1" ? FOLLOW_UP_MS : 0;
        const { kind } = await payments.payByCode({ orderId: input.orderId, authCode, waitMs });
        return { ...done(""), charge: kind, order: await payments.counterOrder(input.orderId) };
      } catch (cause) {
        const why = isAppError(cause) ? whyNot(cause, words) : null;
        if (!isAppError(cause) || why === null) throw cause;
        const order = await payments.counterOrder(input.orderId);
        return { ...failed(why), order, ...(cause.code === "payment_declined" ? { charge: "declined" } : {}) };
      }
    },
  });
}

/** @returns null for errors that have no message of their own at the counter */
function whyNot(cause: AppError, words: CounterText): string | null {
  const { trouble } = words;
  if (cause.code === "payment_declined") {
    return words.declines[DECLINE_REASONS.find((one) => one === cause.reason) ?? "declined"];
  }
  const known: Partial<Record<AppError["code"], string>> = {
    conflict: trouble.busy,
    order_not_payable: trouble.notPayable,
    gateway_rejected: cause.reason === "no_certificate" ? trouble.noCertificate : trouble.impossible,
  };
  return known[cause.code] ?? null;
}

/** Nobody is to pay it any more. Where it turns out paid, it is. */
export async function close(form: FormData): Promise<CounterResult> {
  return runCounterAction<{ orderId: string }, CounterResult>({
    right: "charge",
    form,
    schema: z.object({ orderId }),
    audit: (input) => ({ action: "order.close", subject: input.orderId }),
    async work(counterRequest, input) {
      const words = counterText(counterRequest.language);
      const { status } = await counterRequest.container.payments.closeOrder(input.orderId);
      await showTo(counterRequest, null);
      const message = status === "closed" ? words.trouble.closed : words.trouble.paidOther;
      return { ...(await stateOf(counterRequest, input.orderId)), message };
    },
  });
}

export async function undo(form: FormData): Promise<CounterResult> {
  return runCounterAction<{ orderId: string; token: string }, CounterResult>({
    right: "refund",
    form,
    schema: z.object({ orderId, token: z.uuid() }),
    question: askBeforeUndo,
    audit: (input) => ({ action: "order.refund", subject: input.orderId }),
    async work(counterRequest, input) {
      const { container, language, actor, userSession } = counterRequest;
      const once = formKey(input.token, input);
      const asker = { kind: "person", actor, userId: userSession?.user.id ?? null } as const;
      const bounds = await boundsOf(counterRequest);
      try {
        const made = await container.payments.refundOrder({ orderId: input.orderId, once, bounds, asker });
        const refund: Pick<RefundView, "awaitingApproval" | "amount"> =
          made.kind === "requested" ? made.refund : JSON.parse(made.answer.body);
        const { undone, undoAsked } = counterText(language).paid;
        const message = fill(refund.awaitingApproval ? undoAsked : undone, { amount: amountText(refund.amount) });
        return { ...(await stateOf(counterRequest, input.orderId)), message };
      } catch (cause) {
        if (!isAppError(cause) || cause.code !== "forbidden") throw cause;
        const { undoLimit, undoOld } = counterText(language).paid;
        return failed(cause.reason === "refund_limit" ? undoLimit : undoOld);
      }
    },
  });
}

/** Above the owner's limit a dashboard user shows the second factor first. */
async function askBeforeUndo(
  { container, language, userSession }: CounterRequest,
  { orderId: id }: { readonly orderId: string },
): Promise<ActionState | null> {
  if (userSession === null) return null;
  const { amountPaid, amountRefunded } = await container.payments.order(id);
  if (!(await needsConfirmation(container, { orderId: id, moreFen: amountPaid - amountRefunded }))) return null;
  return requireRecentSecondFactor({ session: userSession, container, language });
}

/** A cashier has nothing but the PIN, and so refunds nothing that asks for a second factor. */
async function boundsOf({ container, refundBounds }: CounterRequest): Promise<CounterRequest["refundBounds"]> {
  if (refundBounds === undefined) return undefined;
  const { confirmAboveFen } = await readRefundRules(container.database.pool);
  return confirmAboveFen === null
    ? refundBounds
    : { ...refundBounds, upToFen: Math.min(refundBounds.upToFen, confirmAboveFen) };
}

/** What the till's customer display shows; nothing where there is no order. */
export async function show(form: FormData): Promise<CounterResult> {
  return runCounterAction<{ orderId: string }, CounterResult>({
    right: "charge",
    form,
    schema: z.object({ orderId: z.union([z.literal(""), orderId]) }),
    audit: null,
    async work(counterRequest, input) {
      await showTo(counterRequest, input.orderId === "" ? null : input.orderId);
      return done("");
    },
  });
}

const showTo = (counterRequest: CounterRequest, id: string | null): Promise<void> => {
  const { container } = counterRequest;
  const shown = { till: screenOf(counterRequest), orderId: id, at: container.clock.now() };
  return showOnScreen(container.database.pool, shown);
};

/** The receipt at the till's printer. A cashier prints what was sold at their own till. */
export async function print(form: FormData): Promise<CounterResult> {
  return runCounterAction<{ orderId: string }, CounterResult>({
    right: "charge",
    form,
    schema: z.object({ orderId }),
    audit: (input) => ({ action: "order.print", subject: input.orderId }),
    async work({ container, language, text, place: at, actor }, input) {
      const { pool } = container.database;
      const facts = await readPrintPlace(pool, input.orderId);
      if (facts === null) return failed(text.errors.forbidden);
      const here = at === null ? facts : { storeId: at.store?.id ?? null, tillId: at.till?.id ?? null };
      const printer = await nearestPrinter(pool, here);
      if (printer === null || container.printing === undefined) return failed(printingText(language).told.none);
      const wanted = { printerId: printer.id, kind: "receipt", orderId: input.orderId } as const;
      const outcome = await container.printing.print({ ...wanted, refundId: null, shiftId: null, actor });
      const told = await printOutcome(pool, { ...outcome, printerId: printer.id }, language);
      return told.isWell ? done(told.message) : failed(told.message);
    },
  });
}

export async function keepSettings(form: FormData): Promise<CounterResult> {
  return runAdminAction({
    right: "counter.write",
    form,
    schema: z.object({ settings: json(counterSettingsSchema) }),
    // Recorded in the same transaction.
    audit: null,
    async work({ container, session, language }, { settings }) {
      const doing = { by: session.user.email, at: container.clock.now() };
      await keepCounterSettings(container.database.pool, settings, doing);
      return done(counterText(language).settings.saved);
    },
  });
}
