import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PasskeyButton } from "#components/admin/passkey-button.tsx";
import { SecretField } from "#components/admin/secret-field.tsx";
import { Card } from "#components/ui/card.tsx";
import { confirmationText, passkeysText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import { confirmByOf, pathOf } from "../../second-factor.ts";
import { beginPasskeyConfirmation, confirmByPasskey, confirmIdentity } from "./actions.ts";

/** Asks for the second factor where no dialog can, and comes back to the page that wanted it. */
export default adminPage(null, (adminRequest, { search }) => {
  const { session, admins, language } = adminRequest;
  const words = confirmationText(language);
  const passkeyWords = passkeysText(language);
  const { site } = admins.passkeys;
  const by = confirmByOf(adminRequest);
  const back = pathOf(search.back ?? "");
  return (
    <>
      <Heading title={words.title} />
      <Card className="max-w-md px-4 py-5 sm:px-6">
        <p className="mb-4 text-soft">{words.hint[by]}</p>
        {by === "passkey" ? null : (
          <ActionForm action={confirmIdentity} submit={words.submit} working={words.working} wide hidden={{ back }}>
            <SecretField by={by} words={words} />
          </ActionForm>
        )}
        {session.user.hasPasskey ? (
          <div className="mt-3">
            <PasskeyButton
              kind="use"
              begin={beginPasskeyConfirmation}
              finish={confirmByPasskey}
              place={{ origin: site.origin, problem: site.problem }}
              label={passkeyWords.confirm}
              words={passkeyWords.browser}
              tone={by === "passkey" ? "primary" : "plain"}
              wide
              hidden={{ back }}
            />
          </div>
        ) : null}
        <a href={back} className={`${toneLook("plain")} mt-3 w-full`}>
          {words.back}
        </a>
      </Card>
    </>
  );
});
