import type { AdminRequest } from "../../admin-request.ts";

/** Where somebody takes money: what one person has open is one till. */
export const tillOf = ({ session }: Pick<AdminRequest, "session">): string => session.user.id;
