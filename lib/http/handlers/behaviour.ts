import { AppError } from "#lib/base/app-error.ts";
import { BEHAVIOUR_BODY_BYTES_MAX } from "#lib/base/behaviour-limits.ts";
import { isId } from "#lib/base/ids.ts";
import { behaviourRequestSchema } from "#lib/contract/behaviour.ts";
import { classifyVisitor } from "#lib/intelligence/index.ts";
import { keepPageEvents } from "#lib/storage/behaviour/behaviour-events.ts";
import { noContent } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { bodyUpTo, param } from "../endpoint.ts";
import { checked, parseJson } from "../read-json.ts";
import { readShopper } from "../shopper.ts";

/**
 * `POST /api/orders/{orderId}/behaviour`: what happened on the pay page, as `navigator.sendBeacon` sends it (text/plain, or
 * JSON). A repeat changes nothing. What is kept of the visitor is the kind of app, device and system.
 */
export async function behaviour(call: Call): Promise<Answer> {
  const { container, headers, client } = call;
  await container.limits.countBehaviourCall(client.address);
  const orderId = param(call, "orderId");
  const bytes = await bodyUpTo(call, BEHAVIOUR_BODY_BYTES_MAX);
  const request = checked(behaviourRequestSchema, parseJson(bytes), "the body is not valid");
  const visitor = visitorOf(headers);
  // Link previews look, but nobody is there.
  if (visitor.env === "bot") return noContent();
  const { shopperId } = readShopper(call);
  const kept =
    isId("order", orderId) &&
    (await keepPageEvents(container.database.pool, {
      ...{ orderId, request, visitor, shopperId },
      at: container.clock.now(),
    }));
  if (!kept) throw new AppError("not_found", "there is no such order");
  return noContent();
}

function visitorOf(headers: Call["headers"]) {
  const mobile = headers.get("sec-ch-ua-mobile");
  const platform = headers.get("sec-ch-ua-platform")?.replaceAll('"', "");
  const { env, form, os } = classifyVisitor(headers.get("user-agent") ?? "", {
    ...(mobile === null ? {} : { mobile: mobile === "?1" }),
    ...(platform ? { platform } : {}),
  });
  return { env, form, os };
}
