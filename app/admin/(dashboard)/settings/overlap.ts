import { z } from "zod";

/** How long a replaced secret goes on working, as the forms offer it. */
export const OVERLAPS = ["day", "hour", "week", "now"] as const;
export const overlapSchema = z.enum(OVERLAPS);
const SECONDS = { now: 0, hour: 3_600, day: 86_400, week: 604_800 } as const;
export const overlapSeconds = (overlap: z.output<typeof overlapSchema>): number => SECONDS[overlap];
