import type { OtherWay } from "#components/pay/panels.tsx";
import type { Agent, AgentChannel, PagePlan } from "#lib/intelligence/index.ts";
import type { PayText } from "#lib/texts/pay.ts";
import type { PayPageRequest } from "./page-request.ts";

/** The way the page leads with: what works here, or what the shopper chose among what works here. */
export function chooseWay({ agent, chosenWay }: Pick<PayPageRequest, "agent" | "chosenWay">): AgentChannel {
  const chosen = agent.alternatives.find((channel) => channel === chosenWay);
  return chosen ?? agent.channel;
}

/** The other ways of the plan, as links. */
export function otherWays(
  pageRequest: PayPageRequest,
  plan: PagePlan,
  { orderId, text }: { orderId: string; text: PayText },
): OtherWay[] {
  const { agent } = pageRequest;
  return plan.alternatives.flatMap((channel) => {
    const label = labelOf(channel, agent, text);
    const by = channel === agent.channel ? null : channel;
    return label === null ? [] : [{ label, href: pageRequest.address(orderId, { by, returned: null }) }];
  });
}

function labelOf(channel: AgentChannel, { channel: first, form }: Agent, text: PayText): string | null {
  switch (channel) {
    case "native":
      return form === "phone" || form === "tablet" ? text.otherPhone : text.scanTitle;
    case "h5":
      return first === "guide" ? text.guideDirect : text.thisPhone;
    case "jsapi":
      return text.insideWechat;
    case "guide":
      return text.guideTitle;
    case "miniprogram":
      return text.miniTitle;
    default:
      return null;
  }
}
