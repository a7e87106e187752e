import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { PasskeyButton } from "#components/admin/passkey-button.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { passkeysText } from "#lib/texts/admin.ts";
import { detourOf, openGuest, SIGN_IN } from "../admin-request.ts";
import { LanguageSwitch } from "../language-switch.tsx";
import { signIn } from "./actions.ts";
import { beginPasskeySignIn, signInByPasskey } from "./passkey-actions.ts";

export default async function SignIn() {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== SIGN_IN) redirect(detour ?? "/admin");
  const { text, container, admins, language } = guest;
  const passkeys = passkeysText(language);
  const { site } = admins.passkeys;
  return (
    <SignInFrame title={text.signIn.title} {...(container.settings.sandbox ? { hint: text.signIn.hint } : {})}>
      <ActionForm action={signIn} submit={text.signIn.submit} working={text.working} wide>
        <Field label={text.signIn.email} name="email" type="email" autoComplete="username" required maxLength={254} />
        <Field
          label={text.signIn.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={256}
        />
      </ActionForm>
      {site.problem === null ? (
        <>
          <p className="my-4 text-center text-sm text-soft">{passkeys.or}</p>
          <PasskeyButton
            kind="use"
            begin={beginPasskeySignIn}
            finish={signInByPasskey}
            place={{ origin: site.origin, problem: site.problem }}
            label={passkeys.signIn}
            words={passkeys.browser}
            wide
          />
        </>
      ) : null}
      <LanguageSwitch language={guest.language} />
    </SignInFrame>
  );
}
