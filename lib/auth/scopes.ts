import { SCOPES, type Scope } from "#lib/contract/scope.ts";

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** Writing includes reading. */
export function mayDo(scopes: readonly string[], wanted: Scope): boolean {
  if (scopes.length === 0 || scopes.includes(wanted)) return true;
  return wanted.endsWith(":read") && scopes.includes(wanted.replace(":read", ":write"));
}
