import { AppError } from "#lib/base/app-error.ts";
import { SANDBOX_CALLS } from "#lib/base/call-budgets.ts";

// What a shopper and WeChat do, in sandbox mode: the control calls of the sandbox WeChat Pay.

/** @throws AppError `conflict` with real credentials, `unavailable` where the sandbox does not answer */
export async function control(
  { settings }: { readonly settings: { readonly sandboxOrigin: string | null } },
  call: "pay" | "faults",
  body: object,
): Promise<Record<string, unknown>> {
  const { sandboxOrigin } = settings;
  if (sandboxOrigin === null)
    throw new AppError("conflict", "this works in sandbox mode only, and real credentials are in use");
  const response = await fetch(`${sandboxOrigin}/control/${call}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(SANDBOX_CALLS.totalMs),
  }).catch(() => null);
  if (response === null)
    throw new AppError("unavailable", `the sandbox at ${sandboxOrigin} does not answer; is npm start running?`);
  const text = await response.text();
  if (!response.ok) throw new AppError("conflict", `the sandbox refused: ${text.slice(0, 200)}`);
  return JSON.parse(text) as Record<string, unknown>;
}
