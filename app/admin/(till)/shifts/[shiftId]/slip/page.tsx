import { notFound, redirect } from "next/navigation";
import { toneLook } from "#components/admin/look.ts";
import { PrintButton } from "#components/admin/print-button.tsx";
import { tillsText } from "#lib/texts/admin.ts";
import { adminRequestOf, detourOf } from "../../../../admin-request.ts";
import { counterDetour, openCounterGuest } from "../../../../counter-request.ts";
import { PAPERS, ShiftSlip, SlipLinks } from "../../../../shift-slip.tsx";
import { shiftHandedOverHere } from "../../../handed-over-here.ts";

interface SlipProps {
  readonly params: Promise<{ shiftId: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A hand-over to be printed: for the dashboard, and for the till where it was just handed over. */
export default async function Slip({ params, searchParams }: SlipProps) {
  const counterGuest = await openCounterGuest();
  const { guest } = counterGuest;
  const { container, language, text } = guest;
  const { shiftId } = await params;
  const isReader = detourOf(guest) === null && adminRequestOf(guest).may("stores.read");
  const here = await shiftHandedOverHere(counterGuest, shiftId);
  if (!isReader && here === null) redirect(counterDetour(counterGuest) ?? "/admin");
  const shift = here ?? (await container.shifts.get(shiftId).catch(() => null));
  if (shift === null || shift.closedAt === null) notFound();
  const wish = (await searchParams).paper;
  const paper = PAPERS.find((each) => each === wish) ?? "80";
  return (
    <main className="flex flex-col items-center gap-4 px-4 py-6 print:p-0">
      <div className="flex flex-wrap items-center justify-center gap-3 print:hidden">
        <SlipLinks shiftId={shift.id} language={language} here={paper} />
        <PrintButton label={tillsText(language).shift.print} />
        <a
          href={here === null ? `/admin/shifts/${shift.id}` : `/admin/counter/handed-over/${shift.id}`}
          className={toneLook("plain")}
        >
          {text.back}
        </a>
      </div>
      <ShiftSlip shift={shift} paper={paper} reader={guest} />
    </main>
  );
}
