import { z } from "zod";

/** What a merchant's own systems call a store, or a till of it. */
export const placeCodeSchema = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,32}$/, "must be 1 to 32 characters of 0-9 A-Z a-z _ -");

interface NamedPlace {
  readonly storeCode?: string | null | undefined;
  readonly tillCode?: string | null | undefined;
}

/** Codes of tills are those of a store, so one alone names no till. */
export function refuseTillWithoutStore({ storeCode, tillCode }: NamedPlace, context: z.RefinementCtx): void {
  if (tillCode == null || storeCode != null) return;
  context.addIssue({ code: "custom", path: ["tillCode"], message: "needs the `storeCode` of its store" });
}
