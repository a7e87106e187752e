import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
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
      <CardList items={users}>{(user) => <UserCard user={user} adminRequest={adminRequest} />}</CardList>
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
      {oneself ? null : <UserActions user={user} text={text} />}
    </Card>
  );
}

function UserActions({ user, text }: { user: AdminUser; text: AdminRequest["text"] }) {
  const { users, working } = text;
  const hidden = { userId: user.id };
  const isDisabled = user.disabledAt !== null;
  const about = (hint: string) => fill(hint, { email: user.email });
  return (
    <div className="mt-3 flex flex-wrap gap-3">
      <Dialog
        opener={{ label: users.changeRole, look: `${toneLook("plain")} max-sm:w-full` }}
        title={users.changeRole}
        hint={user.email}
      >
        <ActionForm action={setRole} submit={users.saveRole} working={working} hidden={hidden}>
          <RoleSelect text={text} chosen={user.role} />
        </ActionForm>
      </Dialog>
      <Confirm label={users.reset} hint={about(users.resetHint)}>
        <ActionForm action={resetUser} submit={users.resetConfirm} working={working} tone="danger" hidden={hidden} />
      </Confirm>
      {isDisabled ? (
        <Confirm label={users.enable} hint={about(users.enableHint)}>
          <ActionForm
            action={setDisabled}
            submit={users.enable}
            working={working}
            hidden={{ ...hidden, disabled: "no" }}
          />
        </Confirm>
      ) : (
        <Confirm label={users.disable} hint={about(users.disableHint)} tone="danger">
          <ActionForm
            action={setDisabled}
            submit={users.disableConfirm}
            working={working}
            tone="danger"
            hidden={{ ...hidden, disabled: "yes" }}
          />
        </Confirm>
      )}
    </div>
  );
}
