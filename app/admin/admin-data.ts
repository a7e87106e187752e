import "server-only";
import type { Right } from "#lib/auth/admin-roles.ts";
import { ERROR_CATALOGUE, isAppError } from "#lib/base/app-error.ts";
import { translated } from "#lib/storage/errors.ts";
import { type AdminRequest, adminRequestOf, detourOf, openGuest } from "./admin-request.ts";

const HEADERS = { "cache-control": "no-store" };

/** Data for a page of the dashboard that stays open: 401 once its session has ended, 403 without the right. */
export async function answerData<Data>(
  right: Right,
  read: (adminRequest: AdminRequest) => Promise<Data | Response>,
): Promise<Response> {
  const guest = await openGuest();
  if (detourOf(guest) !== null) return new Response(null, { status: 401, headers: HEADERS });
  const adminRequest = adminRequestOf(guest);
  if (!adminRequest.may(right)) return new Response(null, { status: 403, headers: HEADERS });
  try {
    const data = await read(adminRequest);
    return data instanceof Response ? data : Response.json(data, { headers: HEADERS });
  } catch (thrown) {
    const cause = translated(thrown);
    if (!isAppError(cause)) throw cause;
    return new Response(null, { status: ERROR_CATALOGUE[cause.code].status, headers: HEADERS });
  }
}
