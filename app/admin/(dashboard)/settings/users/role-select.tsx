import { Select } from "#components/admin/field.tsx";
import { ROLES, type Role } from "#lib/auth/admin-roles.ts";
import { peopleText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";

interface RoleSelectProps {
  readonly label: string;
  readonly chosen: Role;
  readonly adminRequest: AdminRequest;
}

export function RoleSelect({ label, chosen, adminRequest: { text, language } }: RoleSelectProps) {
  const { hints } = peopleText(language).roles;
  const options = ROLES.map((role) => ({ value: role, label: `${text.roles[role]} – ${hints[role]}` }));
  return <Select label={label} name="role" defaultValue={chosen} options={options} />;
}
