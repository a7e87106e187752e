import { readPaidFeed } from "#lib/storage/counter/paid-feed.ts";
import { answerDevice } from "../../../counter-data.ts";

/** What was paid since the cursor `after`, so that a phone that slept misses nothing. A till gets those of its own store, and of orders in no store. */
export async function GET(request: Request): Promise<Response> {
  return answerDevice(({ guest: { container }, at }) => {
    const asked = new URL(request.url).searchParams;
    return readPaidFeed(container.database.pool, {
      cursor: asked.get("after"),
      from: asked.get("from"),
      storeId: at?.store.id ?? null,
      now: container.clock.now(),
    });
  });
}
