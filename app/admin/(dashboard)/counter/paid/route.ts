import { readPaidFeed } from "#lib/storage/counter/paid-feed.ts";
import { answerData } from "../../../admin-data.ts";

/** What was paid since the cursor `after`, so that a phone that slept misses nothing. */
export async function GET(request: Request): Promise<Response> {
  return answerData("orders.read", ({ container }) => {
    const asked = new URL(request.url).searchParams;
    return readPaidFeed(container.database.pool, {
      cursor: asked.get("after"),
      from: asked.get("from"),
      now: container.clock.now(),
    });
  });
}
