import Link from "next/link";
import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { PasskeyButton } from "#components/admin/passkey-button.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { passkeysText } from "#lib/texts/admin.ts";
import { detourOf, ENTER_CODE, type Guest, openGuest } from "../../admin-request.ts";
import { enterCode, signOut } from "../actions.ts";
import { beginPasskeyStep, enterPasskey } from "../passkey-actions.ts";

const QUIET = "inline-flex min-h-11 cursor-pointer items-center text-sm text-soft underline underline-offset-4";

/** The second step: a code or a passkey, whichever the person has, or a recovery code. */
export default async function SecondStep({ searchParams }: { searchParams: Promise<{ by?: string | string[] }> }) {
  const [guest, { by }] = await Promise.all([openGuest(), searchParams]);
  const detour = detourOf(guest);
  if (detour !== ENTER_CODE || guest.session === null) redirect(detour ?? "/admin");
  const { text, language, session } = guest;
  const { recovery } = passkeysText(language);
  const isRecovery = by === "recovery";
  const { hasTotp } = session.user;
  const title = isRecovery ? recovery.title2 : hasTotp ? text.signIn.codeTitle : passkeysText(language).verify;
  const hint = isRecovery ? recovery.useHint : hasTotp ? text.signIn.codeHint : undefined;
  return (
    <SignInFrame title={title} {...(hint === undefined ? {} : { hint })}>
      {isRecovery ? <RecoveryForm guest={guest} /> : <Factors guest={guest} />}
      <div className="mt-3 flex flex-col items-start">
        <Link href={isRecovery ? ENTER_CODE : `${ENTER_CODE}?by=recovery`} prefetch={false} className={QUIET}>
          {isRecovery ? recovery.back : recovery.useInstead}
        </Link>
        <form action={signOut}>
          <button type="submit" className={QUIET}>
            {text.signIn.other}
          </button>
        </form>
      </div>
    </SignInFrame>
  );
}

function Factors({ guest: { text, language, session, admins } }: { guest: Guest }) {
  const words = passkeysText(language);
  const { site } = admins.passkeys;
  const { hasTotp = false, hasPasskey = false } = session?.user ?? {};
  return (
    <>
      {hasTotp ? (
        <ActionForm action={enterCode} submit={text.signIn.submit} working={text.working} wide>
          <Field
            label={text.signIn.code}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9 ]{6,8}"
            maxLength={8}
            required
          />
        </ActionForm>
      ) : null}
      {hasTotp && hasPasskey ? <p className="my-4 text-center text-sm text-soft">{words.or}</p> : null}
      {hasPasskey ? (
        <PasskeyButton
          kind="use"
          begin={beginPasskeyStep}
          finish={enterPasskey}
          place={{ origin: site.origin, problem: site.problem }}
          label={words.verify}
          words={words.browser}
          tone={hasTotp ? "plain" : "primary"}
          wide
        />
      ) : null}
    </>
  );
}

function RecoveryForm({ guest: { text, language } }: { guest: Guest }) {
  const { recovery } = passkeysText(language);
  return (
    <ActionForm action={enterCode} submit={text.signIn.submit} working={text.working} wide>
      <Field
        label={recovery.code}
        name="recovery"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        required
      />
    </ActionForm>
  );
}
