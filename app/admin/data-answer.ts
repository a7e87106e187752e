import "server-only";
import type { Right } from "#lib/auth/admin-roles.ts";
import { exportsText } from "#lib/texts/admin.ts";
import { type AdminRequest, adminRequestOf, detourOf, openGuest } from "./admin-request.ts";

export const NOT_KEPT = { "cache-control": "no-store" };

/** A route that answers pages: who is signed in and may; or the answer that refuses, 401 or 403. */
export async function openData(right: Right): Promise<AdminRequest | Response> {
  const guest = await openGuest();
  if (detourOf(guest) !== null) return refusal(401);
  const adminRequest = adminRequestOf(guest);
  return adminRequest.may(right) ? adminRequest : refusal(403, exportsText(guest.language).forbidden);
}

export const refusal = (status: number, text: string | null = null): Response =>
  new Response(text, {
    status,
    headers: text === null ? NOT_KEPT : { ...NOT_KEPT, "content-type": "text/plain; charset=utf-8" },
  });
