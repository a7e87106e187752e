import type { Call } from "./call.ts";

/** The value of a cookie, as our own `setCookie` wrote it. */
export function readCookie({ headers }: Pick<Call, "headers">, name: string): string | null {
  for (const piece of (headers.get("cookie") ?? "").split(";")) {
    const equals = piece.indexOf("=");
    if (equals > 0 && piece.slice(0, equals).trim() === name) return piece.slice(equals + 1).trim();
  }
  return null;
}

export interface NewCookie {
  readonly name: string;
  /** Of characters that need no quoting, such as base64url. */
  readonly value: string;
  readonly path: string;
  readonly lifeMs: number;
}

/** Not for scripts, and sent along when WeChat sends the shopper back to us (Lax). */
export function setCookie({ container }: Pick<Call, "container">, { name, value, path, lifeMs }: NewCookie): string {
  const secure = container.settings.publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=${path}; Max-Age=${Math.floor(lifeMs / 1_000)}; HttpOnly; SameSite=Lax${secure}`;
}
