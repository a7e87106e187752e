import { notFound } from "next/navigation";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { OrderBadge } from "#components/admin/status-badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";
import { readOrderStory } from "#lib/storage/orders/order-story.ts";
import { isRecovered } from "#lib/storage/reconciliation/recovered-orders.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { readLive } from "../../live.tsx";
import { canBeAnswered } from "../../refunds/approvers.ts";
import { OrderActions } from "./order-actions.tsx";
import { OrderCollection } from "./order-collection.tsx";
import { OrderFacts, OrderItems } from "./order-facts.tsx";
import { OrderLink } from "./order-link.tsx";
import { OrderScene } from "./order-scene.tsx";
import { OrderStory } from "./order-story.tsx";

export default adminPage("orders.read", async (adminRequest, { params, search }) => {
  const { container, text, language } = adminRequest;
  const live = await readLive(adminRequest, params.orderId ?? "");
  const order = await readOrder(container.payments, params.orderId ?? "");
  const story = await readOrderStory(container.database.pool, order.id);
  return (
    <>
      {live}
      <Heading title={fill(text.order.title, { number: order.outTradeNo })}>
        <OrderBadge status={order.status} text={text} />
      </Heading>
      {search.done === "refund" || search.done === "asked" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{search.done === "asked" ? approvalsText(language).requested : text.refund.done}</Notice>
        </div>
      ) : null}
      {(await isRecovered(container.database.pool, order.id)) ? (
        <div className="mb-4">
          <Notice>{text.reconciliation.recovered}</Notice>
        </div>
      ) : null}
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(26rem,0.9fr)]">
        <div>
          <Card>
            <OrderFacts order={order} adminRequest={adminRequest} />
            <OrderCollection order={order} adminRequest={adminRequest} />
          </Card>
          <OrderLink order={order} adminRequest={adminRequest} />
          <Section title={text.order.items}>
            <Card>
              <OrderItems order={order} text={text} />
            </Card>
          </Section>
          <Section title={sceneText(language).title}>
            <OrderScene order={order} adminRequest={adminRequest} />
          </Section>
          <Section title={text.order.actions}>
            <OrderActions
              order={order}
              story={story}
              canBeAnswered={await canBeAnswered(adminRequest)}
              adminRequest={adminRequest}
            />
          </Section>
        </div>
        <OrderStory order={order} story={story} search={search} adminRequest={adminRequest} />
      </div>
      <p className="mt-6">
        <a href="/admin/orders" className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});

async function readOrder(payments: PaymentProcessor, orderId: string): Promise<OrderView> {
  try {
    return await payments.order(orderId);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  }
}
