import { randomUUID } from "node:crypto";
import { notFound } from "next/navigation";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { fen, fenFromYuan, formatYuan } from "#lib/base/fen.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { refundRequestSchema } from "#lib/contract/refund.ts";
import type { RefundPreview } from "#lib/payment/index.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage, type PageAddress } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { readWholeNumber } from "../../../../form-numbers.ts";
import { explain } from "../../../../run-admin-action.ts";
import { RefundCheck } from "./refund-check.tsx";
import { RefundForm } from "./refund-form.tsx";

/** Two steps, each a page: choose what to refund, then confirm the exact effect. */
export default adminPage("refunds.create", async (adminRequest, { params, search }) => {
  const { container, text } = adminRequest;
  const { payments } = container;
  const orderId = params.orderId ?? "";
  const [order, refunds] = await Promise.all([payments.order(orderId), payments.refunds(orderId)]).catch(absent);
  const whole = await preview(adminRequest, () => payments.previewRefund({ orderId }));
  const title = `${text.refund.title} · ${order.outTradeNo}`;
  const back = `/admin/orders/${order.id}`;
  if ("problem" in whole) {
    return (
      <>
        <Heading title={title} />
        <Notice tone="warn">{fill(text.sentences, { first: text.refund.impossible, second: whole.problem })}</Notice>
        <p className="mt-4">
          <a href={back} className={toneLook("plain")}>
            {text.back}
          </a>
        </p>
      </>
    );
  }
  const choice =
    search.how === undefined ? null : readChoice(search, { order, adminRequest, most: whole.found.amount });
  const checked =
    choice === null || "problem" in choice
      ? null
      : await preview(adminRequest, () => payments.previewRefund({ orderId, ...choice }));
  const reason = (search.reason ?? "").trim();
  const problem =
    (choice !== null && "problem" in choice ? choice.problem : null) ??
    (checked !== null && "problem" in checked ? checked.problem : null);
  return (
    <>
      <Heading title={title} />
      <Card className="max-w-2xl px-4 py-5 sm:px-6">
        {checked !== null && "found" in checked ? (
          <RefundCheck
            preview={checked.found}
            byItems={search.how === "items"}
            reason={reason}
            order={order}
            adminRequest={adminRequest}
            token={randomUUID()}
          />
        ) : (
          <RefundForm
            order={order}
            refunds={refunds}
            most={whole.found.amount}
            search={search}
            problem={problem}
            text={text}
          />
        )}
      </Card>
    </>
  );
});

function absent(cause: unknown): never {
  if (isAppError(cause) && cause.code === "not_found") notFound();
  throw cause;
}

type Previewed = { readonly found: RefundPreview } | { readonly problem: string };

async function preview({ text }: AdminRequest, work: () => Promise<RefundPreview>): Promise<Previewed> {
  try {
    return { found: await work() };
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return { problem: explain(cause, text) };
  }
}

interface RefundChoiceInput {
  readonly order: OrderView;
  readonly adminRequest: AdminRequest;
  readonly most: number;
}

type RefundChoice = { amount?: number; items?: { itemId: string; quantity: number }[] };

function readChoice(
  search: PageAddress["search"],
  { order, adminRequest, most }: RefundChoiceInput,
): RefundChoice | { problem: string } {
  const { refund, errors } = adminRequest.text;
  const reason = (search.reason ?? "").trim();
  if (reason !== "" && !refundRequestSchema.shape.reason.safeParse(reason).success) {
    return { problem: errors.codes.invalid_request ?? "" };
  }
  if (search.how === "part") {
    const amount = fenFromYuan((search.amount ?? "").trim());
    if (amount === null || amount < 1 || amount > most) {
      return { problem: fill(refund.badAmount, { amount: formatYuan(fen(most)) }) };
    }
    return { amount };
  }
  if (search.how === "items") {
    const items: { itemId: string; quantity: number }[] = [];
    for (const { id, name, quantity: bought } of order.items) {
      const quantity = readWholeNumber((search[`q_${id}`] || "0").trim());
      if (quantity === null || quantity > bought) return { problem: fill(refund.badQuantity, { name, most: bought }) };
      if (quantity > 0) items.push({ itemId: id, quantity });
    }
    return items.length === 0 ? { problem: refund.noItems } : { items };
  }
  return {};
}
