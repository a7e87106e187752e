import { type ApiFaults, consumeFault } from "../faults.ts";
import type { HttpAnswer } from "../http.ts";

// What goes wrong with API calls when a test wants it, the same for v3 and v2.

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
 * Whether this call is among those that the faults are for; if so, after their delay.
 * @param said the call's address and body, where an order's number stands somewhere
 */
export async function isFaulty(api: ApiFaults, operation: ApiOperation, said: string): Promise<boolean> {
  const faulty =
    (api.operations.length === 0 || api.operations.includes(operation)) &&
    (api.outTradeNos.length === 0 || api.outTradeNos.some((number) => said.includes(number)));
  if (faulty && api.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, api.delayMs));
  return faulty;
}

/** @returns what goes out instead of the true answer, or null */
export function faultAfterWork(api: ApiFaults, systemError: () => HttpAnswer): HttpAnswer | null {
  if (consumeFault(api, "hang")) return { status: 0, fate: "hang" };
  if (consumeFault(api, "dropConnection")) return { status: 0, fate: "cut" };
  if (consumeFault(api, "errorAfterWork")) return systemError();
  if (!consumeFault(api, "html")) return null;
  const body = "<html><head><title>200 OK</title></head><body><center><h1>Welcome</h1></center></body></html>";
  return { status: 200, headers: { "Content-Type": "text/html" }, body };
}
