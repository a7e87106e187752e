import { AppError } from "#lib/base/app-error.ts";
import type { Deps } from "../deps.ts";
import type { Channel } from "../domain/attempt.ts";
import type { Gateway } from "../ports/gateway.ts";

export interface GatewayChoice {
  readonly orderId: string;
  readonly channel: Channel;
}

/**
 * The account a new trade of this order is opened with. Today there is one provider with one active account, so the order and
 * the channel do not matter yet; a second provider is chosen here and nowhere else. Trades that exist keep their own account.
 * @throws AppError `gateway_unavailable` if none is configured
 */
export async function chooseGateway({ gateways }: Pick<Deps, "gateways">, _choice: GatewayChoice): Promise<Gateway> {
  const gateway = await gateways.active();
  if (gateway !== null) return gateway;
  throw new AppError("gateway_unavailable", "WeChat Pay is not configured yet", { retryAfterS: 30 });
}
