/** Where a room asks whether there is news, and how often. */
export const PULSE = "/admin/orders/pulse";
export const PULSE_EVERY_MS = 3_000;
