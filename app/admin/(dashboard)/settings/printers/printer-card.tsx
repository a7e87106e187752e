import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import type { KnownPrinter } from "#lib/storage/printing/printers.ts";
import { printingText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { troubleWords } from "../../../print-outcome.ts";
import { ReceiverCard } from "../receiver-parts.tsx";

export function PrinterBadge({ printer, language }: { printer: KnownPrinter; language: Language }) {
  const { page } = printingText(language);
  if (printer.pausedAt !== null) return <Badge tone="plain">{page.states.paused}</Badge>;
  if (printer.trouble !== null) return <Badge tone="warn">{page.jobStates.pending}</Badge>;
  return printer.lastPrintedAt === null ? (
    <Badge tone="plain">{page.states.fresh}</Badge>
  ) : (
    <Badge tone="brand">{page.states.ready}</Badge>
  );
}

interface PrinterCardProps {
  readonly printer: KnownPrinter;
  readonly language: Language;
  /** Where it is used. */
  readonly place: string;
}

export function PrinterCard({ printer, language, place }: PrinterCardProps) {
  const { page } = printingText(language);
  const kinds: Readonly<Record<string, string>> = page.kinds;
  const widths: Readonly<Record<string, string>> = page.widths;
  const trouble = troubleWords(printer.trouble, language);
  return (
    <ReceiverCard
      testId="printer"
      href={`/admin/settings/printers/${printer.id}`}
      name={printer.name}
      badge={<PrinterBadge printer={printer} language={language} />}
    >
      <p className="mt-1 text-sm break-all text-soft">
        {kinds[printer.kind]} · {printer.target}
      </p>
      <p className="mt-1 text-sm text-soft">
        {place} · {widths[printer.width]}
        {printer.automatic ? ` · ${page.automaticMark}` : ""}
      </p>
      {printer.lastPrintedAt === null ? null : (
        <p className="mt-1 text-sm text-soft tabular-nums">
          {page.lastPrinted} {shortTime(printer.lastPrintedAt, language)}
        </p>
      )}
      {trouble === null ? null : <p className="mt-2 text-sm text-warn-ink">{trouble}</p>}
    </ReceiverCard>
  );
}
