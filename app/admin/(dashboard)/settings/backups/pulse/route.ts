import { upkeepPulse, upkeepUnderWay } from "#lib/storage/operations/upkeep-runs.ts";
import { openData } from "../../../../data-answer.ts";

/** Changes with every step of a backup or a drill that is under way. */
export async function GET(): Promise<Response> {
  const opened = await openData("upkeep.read");
  if (opened instanceof Response) return opened;
  const run = await upkeepUnderWay(opened.container.database.pool);
  return new Response(upkeepPulse(run), { headers: { "cache-control": "no-store" } });
}
