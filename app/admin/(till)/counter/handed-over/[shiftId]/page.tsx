import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { COUNTER_SIGN_IN, openCounterGuest } from "../../../../counter-request.ts";
import { ShiftAccountView } from "../../../../shift-account-view.tsx";

/** How long the till shows a shift that was handed over, to nobody in particular: to be looked at and printed. */
const SHOWN_MS = HOUR_MS;

/** What was just handed over at this till. Nobody is signed in any more. */
export default async function HandedOver({ params }: { params: Promise<{ shiftId: string }> }) {
  const { guest, at } = await openCounterGuest();
  if (at === null) redirect(COUNTER_SIGN_IN);
  const { container, language } = guest;
  const shift = await container.shifts.get((await params).shiftId).catch((cause: unknown) => {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  });
  if (shift.till.id !== at.till.id || shift.closedAt === null) notFound();
  if (container.clock.now().getTime() - shift.closedAt.getTime() > SHOWN_MS) redirect(COUNTER_SIGN_IN);
  const words = tillsText(language).shift;
  return (
    <main className="mx-auto max-w-3xl px-4 py-6">
      <Heading title={`${fill(words.title, { number: shift.number })} · ${words.done}`}>
        <Link href={COUNTER_SIGN_IN} prefetch={false} className={toneLook("primary")}>
          {words.next}
        </Link>
      </Heading>
      <div className="mb-4">
        <Notice tone="brand">{words.doneHint}</Notice>
      </div>
      <ShiftAccountView shift={shift} reader={guest} />
    </main>
  );
}
