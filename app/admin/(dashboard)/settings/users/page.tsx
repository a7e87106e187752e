import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OpenInvitation } from "#lib/auth/admin-invitations.ts";
import type { AdminUser } from "#lib/auth/admin-users.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { invite, resetUser, revokeInvitation } from "./actions.ts";
import { personState } from "./person-state.ts";
import { RoleSelect } from "./role-select.tsx";
import { RoleTable } from "./role-table.tsx";

export default adminPage("users.manage", async (adminRequest) => {
  const { admins, text, language } = adminRequest;
  const words = peopleText(language);
  const [users, invitations] = await Promise.all([admins.users.list(), admins.invitations.list()]);
  return (
    <>
      <Heading title={words.title}>
        <Dialog
          opener={{ label: words.invite.title, look: toneLook("primary") }}
          title={words.invite.title}
          hint={words.invite.hint}
        >
          <ActionForm action={invite} submit={words.invite.submit} working={text.working}>
            <Field label={words.invite.email} name="email" type="email" required maxLength={254} autoComplete="off" />
            <RoleSelect label={words.invite.role} chosen="clerk" adminRequest={adminRequest} />
          </ActionForm>
        </Dialog>
      </Heading>
      <p className="mb-4 text-soft">{words.hint}</p>
      <CardList items={users}>{(user) => <PersonCard user={user} adminRequest={adminRequest} />}</CardList>
      {invitations.length === 0 ? null : (
        <Section title={words.invite.pending}>
          <CardList items={invitations}>
            {(invitation) => <InvitationCard invitation={invitation} users={users} adminRequest={adminRequest} />}
          </CardList>
        </Section>
      )}
      <Section title={words.roles.title}>
        <p className="mb-3 text-sm text-soft">{words.roles.hint}</p>
        <RoleTable adminRequest={adminRequest} />
      </Section>
    </>
  );
});

function PersonCard({ user, adminRequest }: { user: AdminUser; adminRequest: AdminRequest }) {
  const { text, session, language } = adminRequest;
  const words = peopleText(language);
  const state = personState(user);
  return (
    <Card className="relative px-4 py-4 hover:bg-sunken sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold [overflow-wrap:anywhere]">
          <Link
            href={`/admin/settings/users/${user.id}`}
            prefetch={false}
            className="text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
          >
            {user.name ?? user.email}
          </Link>
          {user.id === session.user.id ? <span className="font-normal text-soft"> {words.you}</span> : null}
        </p>
        <Badge tone={state === "active" ? "brand" : state === "disabled" ? "plain" : "warn"}>
          {words.states[state]}
        </Badge>
      </div>
      <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">
        {[text.roles[user.role], user.name === null ? null : user.email].filter(Boolean).join(" · ")}
      </p>
    </Card>
  );
}

interface InvitationCardProps {
  readonly invitation: OpenInvitation;
  readonly users: readonly AdminUser[];
  readonly adminRequest: AdminRequest;
}

function InvitationCard({ invitation, users, adminRequest }: InvitationCardProps) {
  const { text, session, language } = adminRequest;
  const { invite: words } = peopleText(language);
  const { id, email, role, isReset, expiresAt } = invitation;
  const person = users.find((user) => user.email === email);
  const renewal = isReset
    ? { action: resetUser, hidden: { userId: person?.id ?? "" } }
    : { action: invite, hidden: { email, role } };
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold [overflow-wrap:anywhere]">{email}</p>
        <Badge tone="plain">{isReset ? words.reset : text.roles[role]}</Badge>
      </div>
      <p className="mt-1 text-sm text-soft">{fill(words.until, { time: fullTime(expiresAt, language) })}</p>
      <div className="mt-3 flex flex-wrap gap-3">
        {person?.id === session.user.id ? null : (
          <Confirm label={words.again} hint={words.againHint}>
            <ActionForm action={renewal.action} submit={words.submit} working={text.working} hidden={renewal.hidden} />
          </Confirm>
        )}
        <Confirm label={words.revoke} hint={fill(words.revokeHint, { email })} tone="danger">
          <ActionForm
            action={revokeInvitation}
            submit={words.revokeConfirm}
            working={text.working}
            tone="danger"
            hidden={{ invitationId: id }}
          />
        </Confirm>
      </div>
    </Card>
  );
}
