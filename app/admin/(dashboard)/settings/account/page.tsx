import { QRCodeSVG } from "qrcode.react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { OfflinePageSwitch } from "#components/admin/offline-page.tsx";
import { Card } from "#components/ui/card.tsx";
import { PERSON_NAME_CHARS_MAX } from "#lib/base/people-limits.ts";
import { passkeysText, peopleText } from "#lib/texts/admin.ts";
import { textsIn } from "#lib/texts/language.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { LanguageSwitch } from "../../../language-switch.tsx";
import { PasswordForm } from "../../../password/password-form.tsx";
import { SessionList } from "../session-list.tsx";
import { changeName, choosePassword, removeTotp, startTotp } from "./actions.ts";
import { PasskeyList } from "./passkey-list.tsx";
import { RecoverySection } from "./recovery-section.tsx";

export default adminPage(null, async (adminRequest, { search }) => {
  const { text, session, admins, language } = adminRequest;
  const words = peopleText(language);
  const { own } = words;
  const [sessions, passkeys, users] = await Promise.all([
    admins.sessions.list(session.user.id),
    admins.passkeys.list(session.user.id),
    admins.users.list(),
  ]);
  const left = users.find(({ id }) => id === session.user.id)?.recoveryCodesLeft ?? 0;
  const { title, recovery, setPassword } = passkeysText(language);
  return (
    <>
      <Heading title={text.account.title} />
      <p className="text-soft">
        {session.user.email} · {text.roles[session.user.role]}
      </p>
      <Section title={own.name}>
        <Card className="max-w-2xl px-4 py-4 sm:px-5">
          <ActionForm action={changeName} submit={text.save} working={text.working}>
            <Field
              label={own.name}
              hint={own.nameHint}
              name="name"
              defaultValue={session.user.name ?? ""}
              autoComplete="name"
              required
              maxLength={PERSON_NAME_CHARS_MAX}
            />
          </ActionForm>
        </Card>
      </Section>
      <Section title={title}>
        <PasskeyList passkeys={passkeys} adminRequest={adminRequest} />
      </Section>
      <Section title={text.account.factor}>
        <Card className="max-w-2xl px-4 py-4 sm:px-5">
          <SecondFactor adminRequest={adminRequest} begun={search.factor === "begin"} />
        </Card>
      </Section>
      <Section title={recovery.title}>
        <Card className="max-w-2xl px-4 py-4 sm:px-5">
          <RecoverySection left={left} adminRequest={adminRequest} />
        </Card>
      </Section>
      <Section title={session.user.hasPassword ? text.password.submit : setPassword.title}>
        <Card className="max-w-2xl px-4 py-4 sm:px-5">
          {session.user.hasPassword ? (
            <PasswordForm text={text} email={session.user.email} />
          ) : (
            <NewPasswordForm adminRequest={adminRequest} />
          )}
        </Card>
      </Section>
      <Section title={words.sessions.title}>
        <SessionList person={session.user} sessions={sessions} adminRequest={adminRequest} />
      </Section>
      <Section title={text.account.language}>
        <Card className="flex max-w-2xl flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5">
          <p>
            {textsIn(adminRequest.language).about.name}
            <span className="block text-sm text-soft">{text.account.languageHint}</span>
          </p>
          <LanguageSwitch language={adminRequest.language} />
        </Card>
      </Section>
      <Section title={text.offline.device}>
        <Card className="flex max-w-2xl flex-col items-start gap-4 px-4 py-4 sm:px-5">
          <p>{text.offline.deviceHint}</p>
          <OfflinePageSwitch words={{ on: text.offline.on, off: text.offline.off }} />
        </Card>
      </Section>
    </>
  );
});

async function SecondFactor({ adminRequest, begun }: { adminRequest: AdminRequest; begun: boolean }) {
  const { text, session, admins } = adminRequest;
  const { account } = text;
  const code = (
    <Field label={account.code} name="code" inputMode="numeric" autoComplete="one-time-code" maxLength={8} required />
  );
  if (session.user.hasTotp) {
    return (
      <div className="flex flex-col gap-4">
        <p>{account.factorOn}</p>
        <ActionForm action={removeTotp} submit={account.remove} working={text.working} tone="danger">
          {code}
        </ActionForm>
      </div>
    );
  }
  if (!begun) {
    return (
      <div className="flex flex-col gap-4">
        <p>{account.factorOff}</p>
        <a href="/admin/settings/account?factor=begin" className={`${toneLook("primary")} sm:self-start`}>
          {account.begin}
        </a>
      </div>
    );
  }
  const { secret, uri } = await admins.totp.begin(session.user.id);
  return (
    <div className="flex flex-col gap-4">
      <p>{account.scan}</p>
      <div className="self-center rounded-xl bg-white p-4 sm:self-start">
        <QRCodeSVG value={uri} size={176} title={account.factor} />
      </div>
      <p>
        <span className="block text-sm text-soft">{account.key}</span>
        <code className="font-mono break-all select-all">{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      </p>
      <ActionForm action={startTotp} submit={account.enable} working={text.working}>
        {code}
      </ActionForm>
    </div>
  );
}

function NewPasswordForm({ adminRequest: { text, session, language } }: { adminRequest: AdminRequest }) {
  const { setPassword } = passkeysText(language);
  return (
    <>
      <p className="mb-4">{setPassword.hint}</p>
      <ActionForm action={choosePassword} submit={setPassword.submit} working={text.working} wide>
        {/* For password managers. */}
        <input type="email" name="email" defaultValue={session.user.email} autoComplete="username" readOnly hidden />
        <Field
          label={text.password.next}
          hint={text.password.rule}
          name="next"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={256}
        />
      </ActionForm>
    </>
  );
}
