import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import type { AdminText } from "#lib/texts/admin.ts";
import { changePassword } from "./actions.ts";

export function PasswordForm({ text, email }: { text: AdminText; email: string }) {
  const { password } = text;
  return (
    <ActionForm action={changePassword} submit={password.submit} working={text.working} wide>
      {/* For password managers. */}
      <input type="email" name="email" defaultValue={email} autoComplete="username" readOnly hidden />
      <Field
        label={password.current}
        name="current"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
      />
      <Field
        label={password.next}
        hint={password.rule}
        name="next"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={256}
      />
    </ActionForm>
  );
}
