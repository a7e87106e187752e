import { z } from "zod";
import { momentSchema } from "./money.ts";

const entry = z.record(z.string(), z.unknown());

/** Everything that is kept of one shopper under one name. */
export const shopperExportSchema = z
  .object({
    shopperId: z.string(),
    exportedAt: momentSchema,
    orders: z.array(entry).describe("With their items"),
    events: z.array(entry).describe("What happened on the pay page, of the last 180 days"),
    promotions: z.array(entry).describe("What was taken of promotions"),
    decisions: z.array(entry).describe("Which optional offer was chosen, of what was known, and why"),
  })
  .meta({ id: "ShopperExport" });

export const shopperErasureSchema = z
  .object({ shopperId: z.string(), status: z.literal("erasing") })
  .meta({ id: "ShopperErasure" });
