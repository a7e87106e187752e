import "server-only";
import { z } from "zod";

const answer = z.object({ settings: z.record(z.string(), z.record(z.string(), z.unknown())) });
const TIMEOUT_MS = 5_000;

/** How its receivers of messages, or its printers, are reached; null where it does not answer. */
export async function askSandbox(origin: string, what: "receivers" | "printer") {
  try {
    const said = await fetch(`${origin}/control/${what}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answer.parse(await said.json()).settings;
  } catch {
    return null;
  }
}
