import { z } from "zod";

/** The body of `POST /api/personalisation`, as JSON or as a form. */
export const personalisationRequestSchema = z.strictObject({
  choice: z.enum(["on", "off"]).describe("`on`: remember me; `off`: do not, and choose no offers for me"),
  back: z
    .string()
    .max(256)
    .regex(/^\/(?:pay|c)\/[0-9A-Za-z_.~-]+(?:\?[0-9A-Za-z_.~%&=+-]*)?$/, "must be a page of this checkout")
    .optional()
    .describe("Where a form leads back to"),
});
export type PersonalisationRequest = z.output<typeof personalisationRequestSchema>;

export const personalisationSchema = z
  .object({
    consent: z.boolean().describe("May be remembered"),
    optOut: z.boolean().describe("Asked for no personal offers"),
  })
  .meta({ id: "Personalisation" });
