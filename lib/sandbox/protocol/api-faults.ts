import { type ApiFaults, consumeFault } from "../faults.ts";
import type { HttpAnswer } from "../http.ts";

// Faults of API calls, the same for v3 and v2.

/** What `faults.api.operations` may name. An operation has the same name in both versions. */
export const OPERATIONS = [
  "native",
  "jsapi",
  "h5",
  "app",
  "query",
  "close",
  "codepay",
  "reverse",
  "certificates",
  "echo",
  "refund",
  "query_refund",
  "mend_refund",
  "bill",
  "bill_file",
] as const;
export type ApiOperation = (typeof OPERATIONS)[number];

/**
 * Whether the faults are for this call; if so, it returns after their delay.
 * @param request the call's path and body, to look for an order number in
 */
export async function isFaulty(api: ApiFaults, operation: ApiOperation, request: string): Promise<boolean> {
  const faulty =
    (api.operations.length === 0 || api.operations.includes(operation)) &&
    (api.outTradeNos.length === 0 || api.outTradeNos.some((number) => request.includes(number)));
  if (faulty && api.delayMs > 0 && consumeFault(api, "delays"))
    await new Promise((resolve) => setTimeout(resolve, api.delayMs));
  return faulty;
}

/** @returns the answer instead of the true one, or null */
export function faultAfterWork(api: ApiFaults, systemError: () => HttpAnswer): HttpAnswer | null {
  if (consumeFault(api, "hang")) return { status: 0, fate: "hang" };
  if (consumeFault(api, "dropConnection")) return { status: 0, fate: "cut" };
  if (consumeFault(api, "errorAfterWork")) return systemError();
  if (!consumeFault(api, "html")) return null;
  const body = "<html><head><title>200 OK</title></head><body><center><h1>Welcome</h1></center></body></html>";
  return { status: 200, headers: { "Content-Type": "text/html" }, body };
}
