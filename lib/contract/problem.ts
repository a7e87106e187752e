import { z } from "zod";

/** RFC 9457 problem details, the body of every error of our own API. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    reason: z.string().optional().describe("Which of several kinds, where a call names them"),
    stringToSign: z
      .string()
      .optional()
      .describe("In sandbox mode, for a signature that does not fit: the text that should have been signed"),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: "Problem" });
export type Problem = z.output<typeof problemSchema>;
