import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { detourOf, openGuest, SIGN_IN } from "../admin-request.ts";
import { LanguageSwitch } from "../language-switch.tsx";
import { signIn } from "./actions.ts";

export default async function SignIn() {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== SIGN_IN) redirect(detour ?? "/admin");
  const { text, container } = guest;
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
      <LanguageSwitch language={guest.language} />
    </SignInFrame>
  );
}
