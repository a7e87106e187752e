import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { detourOf, ENTER_CODE, openGuest } from "../../admin-request.ts";
import { enterCode, signOut } from "../actions.ts";

export default async function EnterCode() {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== ENTER_CODE) redirect(detour ?? "/admin");
  const { text } = guest;
  return (
    <SignInFrame title={text.signIn.codeTitle} hint={text.signIn.codeHint}>
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
      <form action={signOut}>
        <button type="submit" className="mt-2 min-h-11 cursor-pointer text-sm text-soft underline underline-offset-4">
          {text.signIn.other}
        </button>
      </form>
    </SignInFrame>
  );
}
