import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { collectionText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../admin-page.tsx";
import { createCode } from "../actions.ts";
import { CodeFields } from "../code-fields.tsx";

export default adminPage("collection.write", (adminRequest) => {
  const words = collectionText(adminRequest.language);
  return (
    <>
      <Heading title={words.make} />
      <Card className="max-w-2xl px-4 py-5 sm:px-6">
        <ActionForm action={createCode} submit={words.form.submit} working={adminRequest.text.working}>
          <CodeFields adminRequest={adminRequest} />
        </ActionForm>
      </Card>
      <p className="mt-6">
        <a href="/admin/collection-codes" className={toneLook("plain")}>
          {adminRequest.text.back}
        </a>
      </p>
    </>
  );
});
