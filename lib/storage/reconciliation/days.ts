/** `2026-07-01` as Prisma takes the value of a column of dates. */
export const dateOf = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** The way back. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, "2026-07-01".length);
