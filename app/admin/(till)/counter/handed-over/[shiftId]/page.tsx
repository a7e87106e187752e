import Link from "next/link";
import { redirect } from "next/navigation";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Notice } from "#components/ui/notice.tsx";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { COUNTER_SIGN_IN, openCounterGuest } from "../../../../counter-request.ts";
import { ShiftAccountView } from "../../../../shift-account-view.tsx";
import { SlipLinks } from "../../../../shift-slip.tsx";
import { shiftHandedOverHere } from "../../../handed-over-here.ts";

/** What was just handed over at this till. Nobody is signed in any more. */
export default async function HandedOver({ params }: { params: Promise<{ shiftId: string }> }) {
  const counterGuest = await openCounterGuest();
  const { guest } = counterGuest;
  const shift = await shiftHandedOverHere(counterGuest, (await params).shiftId);
  if (shift === null) redirect(COUNTER_SIGN_IN);
  const words = tillsText(guest.language).shift;
  return (
    <main className="mx-auto max-w-3xl px-4 py-6">
      <Heading title={`${fill(words.title, { number: shift.number })} · ${words.done}`}>
        <Link href={COUNTER_SIGN_IN} prefetch={false} className={toneLook("primary")}>
          {words.next}
        </Link>
      </Heading>
      <div className="mb-4 flex flex-col gap-3">
        <Notice tone="brand">{words.doneHint}</Notice>
        <SlipLinks shiftId={shift.id} language={guest.language} />
      </div>
      <ShiftAccountView shift={shift} reader={guest} />
    </main>
  );
}
