import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { Card } from "#components/ui/card.tsx";
import { isPrinterKind } from "#lib/printing/index.ts";
import { printingText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import { createPrinter } from "../actions.ts";
import { PrinterFields } from "../printer-fields.tsx";

export default adminPage("printers.write", (adminRequest, { search }) => {
  const { language, text } = adminRequest;
  const { page } = printingText(language);
  const { kind = "network" } = search;
  if (!isPrinterKind(kind)) notFound();
  return (
    <>
      <Heading title={`${page.add} · ${page.kinds[kind]}`} />
      <p className="mb-4 max-w-prose text-soft">{page.kindHints[kind]}</p>
      <Card className="max-w-2xl px-4 py-4 sm:px-5">
        <ActionForm action={createPrinter} submit={page.create} working={text.working} hidden={{ kind }}>
          <PrinterFields adminRequest={adminRequest} kind={kind} />
        </ActionForm>
      </Card>
    </>
  );
});
