/** What was typed, for LIKE: its signs mean themselves. Prisma hands `contains` and `startsWith` to LIKE as they are, so they need it, too. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** For LIKE: everything that begins like this. */
export const likeStart = (text: string): string => `${escapeLike(text)}%`;

/** For LIKE: everything that this is a part of. */
export const likePart = (text: string): string => `%${escapeLike(text)}%`;
