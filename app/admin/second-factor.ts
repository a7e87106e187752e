import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import type { ActionState, ConfirmBy } from "#components/admin/action-state.ts";
import { isRecentlyConfirmed } from "#lib/auth/admin-sessions.ts";
import { confirmationText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "./admin-request.ts";

const CONFIRM_PAGE = "/admin/confirm";

/** Where there are codes, a passkey may be shown instead; where it is the only second factor, only that. */
export function confirmByOf({ session }: Pick<AdminRequest, "session">): ConfirmBy {
  const { hasTotp, hasPasskey } = session.user;
  if (hasTotp) return "code";
  return hasPasskey ? "passkey" : "password";
}

export const hasRecentSecondFactor = ({ session, container }: Pick<AdminRequest, "session" | "container">): boolean =>
  isRecentlyConfirmed(session, container.clock.now());

/**
 * For actions: null where the person has shown the second factor just now, else the answer that makes the page ask for it and send
 * the same form again. Without scripts it leads to a page that asks, and that page comes back here.
 * Whatever shows a second factor (a code, a password, a passkey) ends in `admins.sessions.confirm`.
 */
export async function requireRecentSecondFactor(
  adminRequest: Pick<AdminRequest, "session" | "container" | "language">,
): Promise<ActionState | null> {
  if (hasRecentSecondFactor(adminRequest)) return null;
  const head = await headers();
  if (head.get("next-action") === null) redirect(confirmPage(head.get("referer") ?? ""));
  const message = confirmationText(adminRequest.language).needed;
  return { kind: "confirm", message, shown: [], confirmBy: confirmByOf(adminRequest) };
}

/** @param from the page to come back to, as an address or a path */
export const confirmPage = (from: string): string => `${CONFIRM_PAGE}?${new URLSearchParams({ back: pathOf(from) })}`;

const HERE = "http://dashboard.invalid";

/** A page of the dashboard, with its query; whatever else it may be becomes the home page. */
export function pathOf(address: string): string {
  if (!URL.canParse(address, HERE)) return "/admin";
  const { pathname, search } = new URL(address, HERE);
  const isPage = /^\/admin(\/|$)/.test(pathname) && !pathname.startsWith(CONFIRM_PAGE);
  return isPage ? pathname + search : "/admin";
}
