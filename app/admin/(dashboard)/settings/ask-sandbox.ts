import "server-only";
import { z } from "zod";
import { SANDBOX_CALLS } from "#lib/base/call-budgets.ts";

const answer = z.object({ settings: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** How its receivers of messages, or its printers, are reached; null where it does not answer. */
export async function askSandbox(origin: string, what: "receivers" | "printer") {
  try {
    const signal = AbortSignal.timeout(SANDBOX_CALLS.settingsMs);
    const said = await fetch(`${origin}/control/${what}`, { signal });
    return answer.parse(await said.json()).settings;
  } catch {
    return null;
  }
}
