import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { EVENTS_COMMIT_WAIT_MS_MAX, EVENTS_LISTED_DAYS, EVENTS_SETTLED_MS } from "#lib/base/webhook-limits.ts";
import type { EventListQuery, EventView } from "#lib/contract/event.ts";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  findEventNumber,
  type KeptEvent,
  listEvents,
  newestEventNumber,
  openEventWriters,
} from "#lib/storage/webhooks/events.ts";

interface EventDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
}

export interface EventPage {
  readonly data: EventView[];
  readonly nextCursor: string | null;
}

/**
 * What happened in the last 30 days.
 * @param readable types that the asker may read
 * @throws AppError `invalid_request` for a cursor that is no longer kept
 */
export async function readEvents(
  { pool, clock }: EventDeps,
  query: EventListQuery,
  readable: readonly string[] = WEBHOOK_EVENTS,
): Promise<EventPage> {
  const { type, orderId, createdFrom, createdTo, q, order, cursor, limit } = query;
  const now = clock.now();
  const oldest = addMs(now, -EVENTS_LISTED_DAYS * DAY_MS);
  const from = createdFrom === undefined ? oldest : new Date(createdFrom);
  const isOldestFirst = order === "oldest";
  const after = cursor === undefined ? undefined : await numberOf(pool, cursor);
  const wanted = type === undefined ? WEBHOOK_EVENTS : [type];
  const rows = await listEvents(pool, {
    ...{ types: wanted.filter((each) => readable.includes(each)), orderId, text: q, isOldestFirst, after },
    from: from < oldest ? oldest : from,
    to: createdTo === undefined ? undefined : new Date(createdTo),
    upTo: isOldestFirst ? await settledTo(pool, now, after) : undefined,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { data: page.map(toEvent), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

async function numberOf(pool: Database["pool"], cursor: string): Promise<bigint> {
  const number = await findEventNumber(pool, cursor);
  if (number !== null) return number;
  throw new AppError("invalid_request", "the cursor is not valid", {
    errors: [{ path: "cursor", message: "names an event that is not kept; begin with createdFrom" }],
  });
}

const LOOK_EVERY_MS = 10;

/**
 * Up to this number every event is committed, so that who reads on from there misses none. Writers that were open when the newest
 * one was seen are waited for; one that lasts longer leaves out what is new.
 */
async function settledTo(pool: Database["pool"], now: Date, after = 0n): Promise<bigint> {
  const newest = await newestEventNumber(pool);
  if (newest <= after) return newest;
  let open = await openEventWriters(pool);
  for (let waitedMs = 0; open.length > 0; waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= EVENTS_COMMIT_WAIT_MS_MAX) return newestEventNumber(pool, addMs(now, -EVENTS_SETTLED_MS));
    await sleep(LOOK_EVERY_MS);
    const still = new Set(await openEventWriters(pool));
    open = open.filter((writer) => still.has(writer));
  }
  return newest;
}

/** The payload is a text of our own, frozen when it happened. */
const toEvent = ({ id, payload }: KeptEvent): EventView => ({ id, ...JSON.parse(payload) }) as EventView;
