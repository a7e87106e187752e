"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isId } from "#lib/base/ids.ts";
import { AMOUNT_FEN_MAX, ITEMS_MAX } from "#lib/base/limits.ts";
import { type RefundView, refundRequestSchema } from "#lib/contract/refund.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { wholeNumber } from "../../../form-numbers.ts";
import { needsConfirmation } from "../../../refund-confirmation.ts";
import { done, failed, formKey, runAdminAction } from "../../../run-admin-action.ts";

const orderId = z.string().refine((text) => isId("order", text));
const refundId = z.string().refine((text) => isId("refund", text));
const transactionId = z.string().min(1).max(64);

export async function confirmPayment(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.ask",
    form,
    schema: z.object({ orderId }),
    audit: (input) => ({ action: "order.ask", subject: input.orderId }),
    async work({ container, text }, input) {
      const status = await container.payments.syncOrder(input.orderId);
      return done(status.amountPaid > 0 ? text.order.askedPaid : text.order.askedOpen);
    },
  });
}

export async function queryRefund(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.ask",
    form,
    schema: z.object({ refundId }),
    audit: (input) => ({ action: "refund.ask", subject: input.refundId }),
    async work({ container, text }, input) {
      const refund = await container.payments.syncRefund(input.refundId);
      return done(text.refunds.statuses[refund.status]);
    },
  });
}

export async function closeOrder(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.close",
    form,
    schema: z.object({ orderId }),
    audit: (input) => ({ action: "order.close", subject: input.orderId }),
    async work({ container, text }, input) {
      const order = await container.payments.closeOrder(input.orderId);
      return order.status === "closed" ? done(text.order.closed) : failed(text.order.closedPaid);
    },
  });
}

export async function correctScene(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "orders.ask",
    form,
    schema: z.object({ orderId, scene: z.enum(SCENES) }),
    // Recorded in the same transaction.
    audit: null,
    async work({ container, session, language }, input) {
      await container.payments.correctScene({ ...input, saidBy: session.user.email });
      return done(sceneText(language).done);
    },
  });
}

const ITEM_CHARS_MAX = 64;

const refundForm = z.object({
  orderId,
  /** Made when the form is shown: the same form sent twice makes one refund. */
  token: z.uuid(),
  /** The amount in the preview; if it is no longer true, nothing is done. */
  amount: wholeNumber({ min: 1, max: AMOUNT_FEN_MAX }),
  items: z
    .string()
    .max(ITEMS_MAX * ITEM_CHARS_MAX)
    .regex(/^(\w+:\d{1,6}(,\w+:\d{1,6})*)?$/)
    .transform((text) =>
      text === ""
        ? []
        : text.split(",").map((each) => {
            const [itemId = "", quantity = ""] = each.split(":");
            return { itemId, quantity: Number(quantity) };
          }),
    ),
  reason: z
    .string()
    .trim()
    .refine((text) => text === "" || refundRequestSchema.shape.reason.safeParse(text).success),
});

export async function refund(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "refunds.create",
    form,
    schema: refundForm,
    confirmed: ({ container }, input) =>
      needsConfirmation(container, { orderId: input.orderId, moreFen: input.amount }),
    audit: (input) => ({ action: "order.refund", subject: input.orderId, detail: { amountFen: input.amount } }),
    async work({ container, session }, { orderId: id, token, amount, items, reason }) {
      const made = await container.payments.refundOrder({
        orderId: id,
        amount,
        items: items.length === 0 ? undefined : items,
        reason: reason === "" ? undefined : reason,
        once: formKey(token, { id, amount, items, reason }),
        asker: { kind: "person", actor: session.user.email, userId: session.user.id },
      });
      const refund: Pick<RefundView, "awaitingApproval"> =
        made.kind === "requested" ? made.refund : JSON.parse(made.answer.body);
      redirect(`/admin/orders/${id}?done=${refund.awaitingApproval ? "asked" : "refund"}`);
    },
  });
}

export async function refundExtra(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "payments.resolve",
    form,
    schema: z.object({ orderId, transactionId }),
    confirmed: async ({ container }, input) => {
      const { extraPayments } = await container.payments.order(input.orderId);
      const extra = extraPayments.find((each) => each.transactionId === input.transactionId);
      return needsConfirmation(container, { orderId: input.orderId, moreFen: extra?.amount ?? 0 });
    },
    audit: (input) => ({
      action: "payment.refund",
      subject: input.orderId,
      detail: { transactionId: input.transactionId },
    }),
    async work({ container, text }, input) {
      await container.payments.refundExtraPayment(input);
      return done(text.order.givenBack);
    },
  });
}

export async function acceptLate(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "payments.resolve",
    form,
    schema: z.object({ orderId, transactionId }),
    audit: (input) => ({
      action: "payment.accept",
      subject: input.orderId,
      detail: { transactionId: input.transactionId },
    }),
    async work({ container, text }, input) {
      await container.payments.acceptLatePayment(input);
      return done(text.order.accepted);
    },
  });
}
