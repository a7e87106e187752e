import { redirect } from "next/navigation";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { CHANGE_PASSWORD, detourOf, openGuest } from "../admin-request.ts";
import { PasswordForm } from "./password-form.tsx";

/** The page that a first password leads to. */
export default async function FirstPassword() {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== CHANGE_PASSWORD) redirect(detour ?? "/admin");
  const { text, session } = guest;
  return (
    <SignInFrame title={text.password.title} hint={text.password.must}>
      <PasswordForm text={text} email={session?.user.email ?? ""} />
    </SignInFrame>
  );
}
