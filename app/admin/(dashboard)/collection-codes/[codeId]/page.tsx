import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import { collectionText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES } from "#lib/texts/language.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { changeCode, retireCode } from "../actions.ts";
import { CodeFields } from "../code-fields.tsx";
import { isCodeId } from "../code-id.ts";
import { CodeFacts } from "./code-facts.tsx";
import { CodeHistory } from "./code-history.tsx";
import { Poster } from "./poster.tsx";

export default adminPage("collection.read", async (adminRequest, { params, search }) => {
  const words = collectionText(adminRequest.language);
  const code = await readCode(adminRequest, params.codeId);
  const lang = FULL_LANGUAGES.find((each) => each === search.lang) ?? adminRequest.language;
  const active = code.status === "active";
  return (
    <>
      <Heading title={code.label}>
        <Badge tone={active ? "brand" : "plain"}>{words.states[code.status]}</Badge>
      </Heading>
      {search.done === "made" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{words.made}</Notice>
        </div>
      ) : null}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div>
          <Card>
            <CodeFacts code={code} adminRequest={adminRequest} />
          </Card>
          {active && adminRequest.may("collection.write") ? (
            <CodeActions code={code} adminRequest={adminRequest} />
          ) : null}
          {adminRequest.may("audit.read") ? <CodeHistory code={code} adminRequest={adminRequest} /> : null}
        </div>
        {active ? (
          <section>
            <h2 className="mb-3 text-lg font-semibold">{words.poster}</h2>
            <Poster code={code} lang={lang} words={words} />
          </section>
        ) : null}
      </div>
      <p className="mt-6">
        <a href="/admin/collection-codes" className={toneLook("plain")}>
          {adminRequest.text.back}
        </a>
      </p>
    </>
  );
});

async function readCode({ container }: AdminRequest, codeId: string | undefined): Promise<CollectionCodeView> {
  if (!isCodeId(codeId)) notFound();
  try {
    return await container.collection.get(codeId);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  }
}

function CodeActions({ code, adminRequest }: { code: CollectionCodeView; adminRequest: AdminRequest }) {
  const words = collectionText(adminRequest.language);
  const hidden = { codeId: code.id };
  return (
    <Section title={adminRequest.text.order.actions}>
      <div className="flex flex-wrap gap-3">
        <Dialog
          opener={{ label: words.form.change, look: `${toneLook("plain")} max-sm:w-full` }}
          title={words.form.change}
        >
          <ActionForm action={changeCode} submit={words.form.save} working={adminRequest.text.working} hidden={hidden}>
            {/* After a change the fields start with the saved values. */}
            <CodeFields key={code.updatedAt} adminRequest={adminRequest} code={code} />
          </ActionForm>
        </Dialog>
        <Confirm label={words.retire} hint={words.retireHint} tone="danger">
          <ActionForm
            action={retireCode}
            submit={words.retireConfirm}
            working={adminRequest.text.working}
            tone="danger"
            hidden={hidden}
          />
        </Confirm>
      </div>
    </Section>
  );
}
