import { DAY_MS } from "./time.ts";

// The people of the dashboard, and how they come in.

/** A link to join lasts over a weekend; one that resets an account, which is somebody's who waits for it, a day. */
export const INVITATION_LIFE_MS = 3 * DAY_MS;
export const RESET_LINK_LIFE_MS = DAY_MS;
/** A link that has ended says so for so long; then it is unknown. */
export const INVITATION_KEPT_MS = 90 * DAY_MS;
export const PERSON_NAME_CHARS_MAX = 60;
