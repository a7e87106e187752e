import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PasskeyButton } from "#components/admin/passkey-button.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { SeenInvitation } from "#lib/auth/admin-invitations.ts";
import { PERSON_NAME_CHARS_MAX } from "#lib/base/people-limits.ts";
import { passkeysText, peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { type Guest, openGuest, SIGN_IN } from "../../admin-request.ts";
import { LanguageSwitch } from "../../language-switch.tsx";
import { beginJoinByPasskey, join } from "../actions.ts";

/** Opening the link uses nothing up: messengers and proxies look at links too. Only the form does. */
export default async function Join({ params }: { params: Promise<{ token: string }> }) {
  const [guest, { token }] = await Promise.all([openGuest(), params]);
  const words = peopleText(guest.language).join;
  const seen = await guest.admins.invitations.find(token);
  const state = seen?.state ?? "unknown";
  if (seen === null || state !== "open") {
    const [title, hint] = words.gone[state === "open" ? "unknown" : state];
    return (
      <SignInFrame title={title ?? ""} hint={hint ?? ""}>
        <Link href={SIGN_IN} prefetch={false} className={`${toneLook("plain")} w-full`}>
          {words.signIn}
        </Link>
        <LanguageSwitch language={guest.language} />
      </SignInFrame>
    );
  }
  const shop = await guest.container.merchantName?.();
  const title = seen.isReset ? words.resetTitle : fill(words.title, { shop: shop ?? guest.text.product });
  return (
    <SignInFrame title={title} hint={aboutOf(seen, guest)}>
      <JoinForm token={token} seen={seen} guest={guest} />
      <LanguageSwitch language={guest.language} />
    </SignInFrame>
  );
}

function aboutOf({ isReset, inviter, role }: SeenInvitation, { language, text }: Guest): string {
  const words = peopleText(language).join;
  if (isReset) return words.reset;
  const values = { inviter: inviter ?? "", role: text.roles[role] };
  return fill(inviter === null ? words.invitedByCommand : words.invited, values);
}

const NAME = "join-name";

function JoinForm({ token, seen, guest }: { token: string; seen: SeenInvitation; guest: Guest }) {
  const { text, language, session, admins } = guest;
  const words = peopleText(language).join;
  const passkeys = passkeysText(language);
  const { site } = admins.passkeys;
  return (
    <>
      {session === null ? null : (
        <div className="mb-4">
          <Notice tone="warn">{fill(words.signedIn, { email: session.user.email, next: seen.email })}</Notice>
        </div>
      )}
      <ActionForm
        action={join}
        submit={seen.isReset ? words.resetSubmit : words.submit}
        working={text.working}
        wide
        hidden={{ token }}
      >
        <Field label={words.email} name="email" type="email" value={seen.email} readOnly autoComplete="username" />
        <Field
          label={words.name}
          hint={words.nameHint}
          name="name"
          id={NAME}
          defaultValue={seen.personName ?? ""}
          autoComplete="name"
          required
          maxLength={PERSON_NAME_CHARS_MAX}
        />
        <Field
          label={words.password}
          hint={text.password.rule}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={256}
        />
      </ActionForm>
      {site.problem === null ? (
        <>
          <p className="my-4 text-center text-sm text-soft">{passkeys.or}</p>
          <PasskeyButton
            kind="create"
            begin={beginJoinByPasskey}
            finish={join}
            place={{ origin: site.origin, problem: site.problem }}
            label={passkeys.join}
            words={passkeys.browser}
            wide
            fieldId={NAME}
            hidden={{ token }}
          />
        </>
      ) : null}
    </>
  );
}
