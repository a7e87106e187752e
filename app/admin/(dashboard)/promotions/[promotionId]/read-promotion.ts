import { notFound } from "next/navigation";
import { isAppError } from "#lib/base/app-error.ts";
import type { StoredPromotion } from "#lib/payment/index.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { isPromotionId } from "../promotion-id.ts";

/** The promotion of the page's address. */
export async function readPromotion({ container }: AdminRequest, id: string | undefined): Promise<StoredPromotion> {
  if (!isPromotionId(id)) notFound();
  try {
    return await container.payments.promotions.find(id);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  }
}
