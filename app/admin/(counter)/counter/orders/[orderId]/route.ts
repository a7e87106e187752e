import { answerCounter } from "../../../../counter-data.ts";
import { requireOrderInReach } from "../../../../counter-request.ts";

/** An order that is being paid at the counter. Who looks at it wants to know soon, so WeChat is asked more often. */
export async function GET(_request: Request, { params }: { params: Promise<{ orderId: string }> }): Promise<Response> {
  const { orderId } = await params;
  return answerCounter("charge", async (counterRequest) => {
    await requireOrderInReach(counterRequest, orderId);
    const { payments, log } = counterRequest.container;
    const order = await payments.counterOrder(orderId);
    if (order.status === "pending") {
      payments.markSeen(orderId).catch((cause: unknown) => log.warn("order.seen_not_noted", { orderId, cause }));
    }
    return order;
  });
}
