import { DAY_MS, MINUTE_MS } from "./time.ts";

// The people of the dashboard, and how they come in.

/** A link to join lasts over a weekend; one that resets an account, which is somebody's who waits for it, a day. */
export const INVITATION_LIFE_MS = 3 * DAY_MS;
export const RESET_LINK_LIFE_MS = DAY_MS;
/** A link that has ended says so for so long; then it is unknown. */
export const INVITATION_KEPT_MS = 90 * DAY_MS;
export const PERSON_NAME_CHARS_MAX = 60;
export const PASSKEYS_PER_PERSON_MAX = 10;
export const PASSKEY_NAME_CHARS_MAX = 60;
/** What a browser sends of a passkey, as JSON. */
export const PASSKEY_RESPONSE_CHARS_MAX = 16_384;
/** How long a passkey may take: somebody looks for the phone first. */
export const PASSKEY_CHALLENGE_LIFE_MS = 5 * MINUTE_MS;
/** Challenges that one address may ask for at the sign-in; a shop's whole staff may share one. */
export const PASSKEY_CHALLENGES_PER_ADDRESS_PER_MINUTE = 60;
export const RECOVERY_CODES = 10;
