import { z } from "zod";

/** What WeChat is answered, as API v3 has it; v2's XML says the same in `return_code` and `return_msg`. */
export const notifyReplySchema = z
  .object({ code: z.enum(["SUCCESS", "FAIL"]), message: z.string() })
  .meta({ id: "NotifyReply" });
