import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { ROLES } from "#lib/auth/admin-roles.ts";
import type { AdminUser } from "#lib/auth/admin-users.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { createUser, resetUser, setDisabled, setRole } from "./actions.ts";

export default adminPage("users.manage", async (adminRequest) => {
  const { admins, text } = adminRequest;
  const users = await admins.users.list();
  return (
    <>
      <Heading title={text.users.title} />
      <p className="mb-4 text-soft">{text.users.hint}</p>
      <ul className="flex flex-col gap-3">
        {users.map((user) => (
          <li key={user.id}>
            <UserCard user={user} adminRequest={adminRequest} />
          </li>
        ))}
      </ul>
      <Section title={text.users.add}>
        <Card className="max-w-2xl px-4 py-4 sm:px-5">
          <ActionForm action={createUser} submit={text.users.create} working={text.working}>
            <Field label={text.users.email} name="email" type="email" required maxLength={254} autoComplete="off" />
            <RoleSelect text={text} chosen="clerk" />
          </ActionForm>
        </Card>
      </Section>
    </>
  );
});

function RoleSelect({ text, chosen }: { text: AdminRequest["text"]; chosen: AdminUser["role"] }) {
  const { users, roles } = text;
  const options = ROLES.map((role) => ({ value: role, label: `${roles[role]} – ${users.roleHints[role]}` }));
  return <Select label={users.role} name="role" defaultValue={chosen} options={options} />;
}

function UserCard({ user, adminRequest }: { user: AdminUser; adminRequest: AdminRequest }) {
  const { text, session } = adminRequest;
  const { users } = text;
  const oneself = user.id === session.user.id;
  const state = user.disabledAt !== null ? "disabled" : user.mustChangePassword ? "fresh" : "active";
  const hidden = { userId: user.id };
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold break-all">
          {user.email} {oneself ? <span className="font-normal text-soft">{users.you}</span> : null}
        </p>
        <Badge tone={state === "active" ? "brand" : state === "fresh" ? "warn" : "plain"}>{users[state]}</Badge>
      </div>
      <p className="mt-1 text-sm text-soft">
        {text.roles[user.role]} · {users.columns.factor} {user.hasTotp ? users.on : users.off}
      </p>
      {oneself ? null : (
        <div className="mt-3">
          <Confirm label={fill(users.manage, { email: user.email })}>
            <div className="flex max-w-xl flex-col gap-5">
              <ActionForm action={setRole} submit={users.changeRole} working={text.working} hidden={hidden}>
                <RoleSelect text={text} chosen={user.role} />
              </ActionForm>
              <ActionForm
                action={resetUser}
                submit={users.resetConfirm}
                working={text.working}
                tone="danger"
                hidden={hidden}
              />
              <ActionForm
                action={setDisabled}
                submit={state === "disabled" ? users.enable : users.disableConfirm}
                working={text.working}
                tone={state === "disabled" ? "primary" : "danger"}
                hidden={{ ...hidden, disabled: state === "disabled" ? "no" : "yes" }}
              />
            </div>
          </Confirm>
        </div>
      )}
    </Card>
  );
}
