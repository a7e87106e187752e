import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

// Limits of outbound webhooks.

/** Deliveries to one endpoint at a time. */
export const WEBHOOKS_PER_ENDPOINT = 3;
/** An endpoint that took nothing for so long is paused; shorter than the retries of one event, so nothing is lost by then. */
export const WEBHOOK_FAILING_MS_MAX = 3 * DAY_MS;
/** Events that one call sends again. */
export const WEBHOOK_REDELIVER_MAX = 10_000;
/** What waits for an endpoint that was paused and never resumed is kept for so long. */
export const WEBHOOK_WAITING_MS_MAX = 180 * DAY_MS;
/** Characters of an answer that the log keeps. */
export const WEBHOOK_ANSWER_CHARS_MAX = 2_048;
/** How long a replaced secret goes on signing. */
export const WEBHOOK_OVERLAP_S_DEFAULT = DAY_MS / 1_000;
export const WEBHOOK_OVERLAP_S_MAX = (7 * DAY_MS) / 1_000;
/** No endpoint puts us off for longer than this at a time, by its `Retry-After`. */
export const WEBHOOK_RETRY_AFTER_MS_MAX = HOUR_MS;
/** How far back the list of events goes; they are kept for at least as long. */
export const EVENTS_LISTED_DAYS = 30;
/** A reader who wants nothing passed over waits so long for what is just being committed. */
export const EVENTS_COMMIT_WAIT_MS_MAX = SECOND_MS;
/** No transaction that writes an event lasts longer. */
export const EVENTS_SETTLED_MS = 5 * MINUTE_MS;
/** How often the events of an installation elsewhere are asked for by its API, and how long after no answer. */
export const EVENTS_POLL_REMOTE_MS = SECOND_MS;
export const EVENTS_RETRY_REMOTE_MS = 3 * SECOND_MS;
