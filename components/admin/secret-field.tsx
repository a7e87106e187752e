import type { ConfirmationText } from "#lib/texts/zh-CN/confirmation.ts";
import type { ConfirmBy } from "./action-state.ts";
import { Field } from "./field.tsx";

/** The code or the password, as the form's `secret`. */
export function SecretField({ by, words }: { by: Exclude<ConfirmBy, "passkey">; words: ConfirmationText }) {
  return by === "code" ? (
    <Field
      label={words.code}
      hint={words.codeHint}
      name="secret"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9 ]{6,8}"
      maxLength={8}
      required
    />
  ) : (
    <Field
      label={words.password}
      hint={words.passwordHint}
      name="secret"
      type="password"
      autoComplete="current-password"
      maxLength={256}
      required
    />
  );
}
