import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { AdminUser } from "#lib/auth/admin-users.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { SessionList } from "../../session-list.tsx";
import { resetUser, setDisabled, setRole } from "../actions.ts";
import { personState } from "../person-state.ts";
import { RoleSelect } from "../role-select.tsx";

export default adminPage("users.manage", async (adminRequest, { params }) => {
  const { admins, session, text, language } = adminRequest;
  const words = peopleText(language);
  const user = (await admins.users.list()).find(({ id }) => id === params.userId);
  if (user === undefined) notFound();
  const sessions = await admins.sessions.list(user.id);
  const state = personState(user);
  return (
    <>
      <Heading title={user.name ?? user.email}>
        <Badge tone={state === "active" ? "brand" : state === "disabled" ? "plain" : "warn"}>
          {words.states[state]}
        </Badge>
      </Heading>
      <Card className="max-w-2xl">
        <Facts
          facts={[
            { label: words.facts.email, value: user.email },
            { label: words.facts.role, value: text.roles[user.role] },
            { label: words.facts.since, value: fullTime(user.createdAt, language) },
            { label: words.facts.factors, value: factorsOf(user, adminRequest) },
          ]}
        />
      </Card>
      {user.id === session.user.id ? null : (
        <div className="mt-4 flex flex-wrap gap-3">
          <PersonActions user={user} adminRequest={adminRequest} />
        </div>
      )}
      <Section title={words.sessions.title}>
        <SessionList person={user} sessions={sessions} adminRequest={adminRequest} />
      </Section>
    </>
  );
});

/** What they sign in with, in words. */
function factorsOf(user: AdminUser, { language, text }: AdminRequest): string {
  const { facts } = peopleText(language);
  if (user.awaitsReset) return facts.cut;
  if (!user.hasTotp && user.passkeys === 0) return facts.none;
  return [
    user.hasPassword ? facts.password : null,
    user.passkeys > 0 ? fill(facts.passkeys, { count: user.passkeys }) : null,
    user.hasTotp ? facts.totp : null,
    user.recoveryCodesLeft > 0 ? fill(facts.recovery, { count: user.recoveryCodesLeft }) : null,
  ]
    .filter((each) => each !== null)
    .join(text.listComma);
}

function PersonActions({ user, adminRequest }: { user: AdminUser; adminRequest: AdminRequest }) {
  const { text, language } = adminRequest;
  const { role, reset, disable, enable } = peopleText(language);
  const { working } = text;
  const hidden = { userId: user.id };
  const about = (hint: string) => fill(hint, { email: user.email });
  if (user.disabledAt !== null) {
    return (
      <Confirm label={enable.title} hint={about(enable.hint)}>
        <ActionForm
          action={setDisabled}
          submit={enable.title}
          working={working}
          hidden={{ ...hidden, disabled: "no" }}
        />
      </Confirm>
    );
  }
  return (
    <>
      <Dialog
        opener={{ label: role.change, look: `${toneLook("plain")} max-sm:w-full` }}
        title={role.change}
        hint={`${user.email} · ${role.hint}`}
      >
        <ActionForm action={setRole} submit={role.save} working={working} hidden={hidden}>
          <RoleSelect label={peopleText(language).facts.role} chosen={user.role} adminRequest={adminRequest} />
        </ActionForm>
      </Dialog>
      <Confirm label={reset.title} hint={about(reset.hint)}>
        <ActionForm action={resetUser} submit={reset.confirm} working={working} tone="danger" hidden={hidden} />
      </Confirm>
      <Confirm label={disable.title} hint={about(disable.hint)} tone="danger">
        <ActionForm
          action={setDisabled}
          submit={disable.confirm}
          working={working}
          tone="danger"
          hidden={{ ...hidden, disabled: "yes" }}
        />
      </Confirm>
    </>
  );
}
