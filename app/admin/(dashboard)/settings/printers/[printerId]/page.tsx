import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { type Fact, Facts, Heading, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isId } from "#lib/base/ids.ts";
import { isPrinterKind } from "#lib/printing/index.ts";
import { findPrinter, type KnownPrinter } from "#lib/storage/printing/printers.ts";
import { printingText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { troubleWords } from "../../../../print-outcome.ts";
import { ReceiverControls } from "../../receiver-parts.tsx";
import { changePrinter, deletePrinter, pausePrinter, testPrinter } from "../actions.ts";
import { PrinterBadge } from "../printer-card.tsx";
import { PrinterFields } from "../printer-fields.tsx";
import { PrintLog } from "./print-log.tsx";

export default adminPage("printers.read", async (adminRequest, { params, search }) => {
  const { container, language, may } = adminRequest;
  const { page } = printingText(language);
  const { printerId = "" } = params;
  const printer = isId("printer", printerId) ? await findPrinter(container.database.pool, printerId) : null;
  if (printer === null) notFound();
  const trouble = troubleWords(printer.trouble, language);
  return (
    <>
      <Heading title={printer.name}>
        <PrinterBadge printer={printer} language={language} />
      </Heading>
      {search.done === "created" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{page.created}</Notice>
        </div>
      ) : null}
      {trouble === null ? null : (
        <div className="mb-4">
          <Notice>{trouble}</Notice>
        </div>
      )}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="min-w-0">
          <Card>
            <Facts facts={factsOf(printer, adminRequest)} />
          </Card>
          {may("printers.write") ? <Controls printer={printer} adminRequest={adminRequest} /> : null}
          <Section title={page.log}>
            <PrintLog
              adminRequest={adminRequest}
              printerId={printer.id}
              cursor={/^\d{1,15}$/.test(search.cursor ?? "") ? search.cursor : undefined}
            />
          </Section>
        </div>
        {may("printers.write") ? <Edit printer={printer} adminRequest={adminRequest} /> : null}
      </div>
    </>
  );
});

interface PrinterProps {
  readonly printer: KnownPrinter;
  readonly adminRequest: AdminRequest;
}

function factsOf(printer: KnownPrinter, { language }: AdminRequest): (Fact | null)[] {
  const { page } = printingText(language);
  const kinds: Readonly<Record<string, string>> = page.kinds;
  const at = (label: string, moment: Date | null): Fact | null =>
    moment === null ? null : { label, value: fullTime(moment, language) };
  return [
    { label: kinds[printer.kind] ?? printer.kind, value: printer.target },
    at(page.lastPrinted, printer.lastPrintedAt),
    printer.lastAnswer === null ? null : { label: page.lastAnswer, value: printer.lastAnswer },
    at(page.since, printer.failingSince),
  ];
}

const Controls = ({ printer, adminRequest: { language, text } }: PrinterProps) => (
  <ReceiverControls
    words={printingText(language).page}
    working={text.working}
    hidden={{ printerId: printer.id }}
    isStopped={printer.pausedAt !== null}
    test={printer.pausedAt === null ? testPrinter : null}
    pause={pausePrinter}
    remove={deletePrinter}
  />
);

async function Edit({ printer, adminRequest }: PrinterProps) {
  const { container, language, text } = adminRequest;
  const { page } = printingText(language);
  if (!isPrinterKind(printer.kind)) return null;
  const settings = await container.printers?.shownSettings(printer.id);
  return (
    <Card className="px-4 py-4 sm:px-5">
      <h2 className="mb-4 text-lg font-semibold">{page.settings}</h2>
      <ActionForm action={changePrinter} submit={page.save} working={text.working} hidden={{ printerId: printer.id }}>
        <PrinterFields
          adminRequest={adminRequest}
          kind={printer.kind}
          printer={printer}
          {...(settings === undefined ? {} : { settings })}
        />
      </ActionForm>
    </Card>
  );
}
