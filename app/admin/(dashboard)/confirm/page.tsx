import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { SecretField } from "#components/admin/secret-field.tsx";
import { Card } from "#components/ui/card.tsx";
import { confirmationText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import { confirmByOf, pathOf } from "../../second-factor.ts";
import { confirmIdentity } from "./actions.ts";

/** Asks for the second factor where no dialog can, and comes back to the page that wanted it. */
export default adminPage(null, (adminRequest, { search }) => {
  const words = confirmationText(adminRequest.language);
  const by = confirmByOf(adminRequest);
  const back = pathOf(search.back ?? "");
  return (
    <>
      <Heading title={words.title} />
      <Card className="max-w-md px-4 py-5 sm:px-6">
        <p className="mb-4 text-soft">{words.hint[by]}</p>
        <ActionForm action={confirmIdentity} submit={words.submit} working={words.working} wide hidden={{ back }}>
          <SecretField by={by} words={words} />
        </ActionForm>
        <a href={back} className={`${toneLook("plain")} mt-3 w-full`}>
          {words.back}
        </a>
      </Card>
    </>
  );
});
