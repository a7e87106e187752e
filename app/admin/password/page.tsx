import { redirect } from "next/navigation";
import { Door } from "#components/admin/door.tsx";
import { CHANGE_PASSWORD, detourOf, openGuest } from "../admin-request.ts";
import { PasswordForm } from "./password-form.tsx";

/** Where a first password leads, before anything else. */
export default async function FirstPassword() {
  const guest = await openGuest();
  const detour = detourOf(guest);
  if (detour !== CHANGE_PASSWORD) redirect(detour ?? "/admin");
  const { text, session } = guest;
  return (
    <Door title={text.password.title} hint={text.password.must}>
      <PasswordForm text={text} email={session?.user.email ?? ""} />
    </Door>
  );
}
