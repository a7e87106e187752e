import { type AdminText, adminText } from "#lib/texts/admin.ts";
import { chooseLanguage, FULL_LANGUAGES, type Language } from "#lib/texts/language.ts";
import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { mayDo, type Right } from "#lib/auth/admin-roles.ts";
import type { AdminSession, Cookies, Visitor } from "#lib/auth/admin-sessions.ts";
import { type Admins, createAdmins } from "#lib/auth/admin-sign-in.ts";
import { ADMIN_DEVICE_COOKIE_LIFE_MS, ADMIN_SESSION_LIFE_MS, OWN_ACTION_MS } from "#lib/base/limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Container } from "#lib/http/container.ts";
import { markOurCodeReached } from "#lib/http/next-call.ts";
import { clientOfHeaders } from "#lib/http/web-adapter.ts";
import type { Look } from "#lib/storage/replica.ts";
import { openContainer } from "../container.ts";

/** A request to the dashboard, before it is known whether its sender is signed in. */
export interface Guest {
  readonly container: Container;
  readonly admins: Admins;
  readonly visitor: Visitor;
  readonly language: Language;
  readonly text: AdminText;
  readonly session: AdminSession | null;
}

/** A request by someone who is fully signed in: password, second factor, no password change due. */
export interface AdminRequest extends Guest {
  readonly session: AdminSession;
  may(right: Right): boolean;
}

export const LANGUAGE_COOKIE = "lingfu_admin_language";
export const SIGN_IN = "/admin/sign-in";
export const ENTER_CODE = "/admin/sign-in/code";
export const CHANGE_PASSWORD = "/admin/password";

export const adminPasswords = createPasswords();

/** Read once per request. */
export const openGuest = cache(async (): Promise<Guest> => {
  markOurCodeReached();
  const container = await openContainer();
  const { clock, box, database, deviceKey } = container;
  const { publicUrl } = container.settings;
  const admins = createAdmins({ pool: database.pool, clock, box, passwords: adminPasswords, deviceKey, publicUrl });
  const [head, jar] = await Promise.all([headers(), cookies()]);
  const token = jar.get(sessionCookie(container).name)?.value;
  const session = token === undefined ? null : await admins.sessions.find(token);
  const chosen = session?.user.language ?? jar.get(LANGUAGE_COOKIE)?.value;
  const language = chooseLanguage(chosen, head.get("accept-language"), FULL_LANGUAGES);
  return {
    container,
    admins,
    visitor: {
      address: clientOfHeaders(container, head).address,
      agent: head.get("user-agent") ?? "",
      device: jar.get(deviceCookie(container))?.value,
    },
    language,
    text: adminText(language),
    session,
  };
});

/** The page that must come first: sign-in, code or password change. Null when fully signed in. */
export function detourOf({ session }: Guest): string | null {
  if (session === null) return SIGN_IN;
  if (session.awaitsCode) return ENTER_CODE;
  return session.user.mustChangePassword ? CHANGE_PASSWORD : null;
}

/** For pages: redirects to the sign-in unless fully signed in. */
export async function openAdminRequest(): Promise<AdminRequest> {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== null) redirect(detour);
  return adminRequestOf(guest);
}

/** @throws if no one is signed in: ask {@link detourOf} first */
export function adminRequestOf(guest: Guest): AdminRequest {
  const { session } = guest;
  if (session === null) throw new Error("a dashboard request needs a session");
  return { ...guest, session, may: (right) => mayDo(session.user.role, right) };
}

/** The name of the cookie that marks a device which has signed in before. */
const deviceCookie = (container: Pick<Container, "settings">): string => `${sessionCookie(container).name}_device`;

/** For actions: sets the cookies of a sign-in. */
export async function keepCookies({ container }: Guest, { token, device }: Cookies): Promise<void> {
  const jar = await cookies();
  const { name, options } = sessionCookie(container);
  jar.set(name, token.reveal(), { ...options, maxAge: ADMIN_SESSION_LIFE_MS / SECOND_MS });
  if (device === null) return;
  jar.set(deviceCookie(container), device, { ...options, maxAge: ADMIN_DEVICE_COOKIE_LIFE_MS / SECOND_MS });
}

/** The name of the cookie of a person who has just done something. */
const actedCookie = (container: Pick<Container, "settings">): string => `${sessionCookie(container).name}_acted`;

/** For actions: what this person looks at next is read where it has what they did. */
export async function noteOwnAction({ container }: Pick<Guest, "container">): Promise<void> {
  if (container.replica === undefined) return;
  const { options } = sessionCookie(container);
  (await cookies()).set(actedCookie(container), "1", { ...options, maxAge: OWN_ACTION_MS / SECOND_MS });
}

/** Where something is read that is only looked at: a replica, but for who has just done something. */
export async function openLook({ container }: Pick<Guest, "container">): Promise<Look> {
  const { replica, database } = container;
  if (replica === undefined) return { pool: database.pool, asOf: null };
  const isOwn = (await cookies()).get(actedCookie(container)) !== undefined;
  return isOwn ? { pool: database.pool, asOf: null } : replica.look();
}

/** `__Host-` binds the cookie to this very host; browsers accept it over https only. */
export function sessionCookie({ settings }: Pick<Container, "settings">) {
  const secure = settings.publicUrl.startsWith("https:");
  const options = { httpOnly: true, sameSite: "lax", secure, path: "/" } as const;
  return { name: secure ? "__Host-lingfu_admin" : "lingfu_admin", options };
}
