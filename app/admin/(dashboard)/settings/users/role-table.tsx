import { RoleMatrix } from "#components/admin/role-matrix.tsx";
import { mayDo, ROLES } from "#lib/auth/admin-roles.ts";
import { peopleText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { RIGHT_GROUPS } from "./role-groups.ts";

/** What each role may do, from the very table that every action asks. */
export function RoleTable({ adminRequest: { text, language } }: { adminRequest: AdminRequest }) {
  const { roles: words } = peopleText(language);
  return (
    <RoleMatrix
      title={words.title}
      action={words.action}
      roles={ROLES.map((role) => text.roles[role])}
      words={{ yes: words.yes, no: words.no }}
      groups={RIGHT_GROUPS.map(([group, rights]) => ({
        name: words.groups[group],
        rights: rights.map((right) => [
          words.rights[right] ?? right,
          ROLES.map((role) => (mayDo(role, right) ? "1" : "0")).join(""),
        ]),
      }))}
    />
  );
}
