import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { SHIFT_NOTE_CHARS_MAX } from "#lib/base/till-limits.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { openCounterRequest } from "../../../counter-request.ts";
import { ShiftAccountView } from "../../../shift-account-view.tsx";
import { handOverShift } from "./actions.ts";

/** What the open shift of this till has come to, and its hand-over. */
export default async function Shift() {
  const counterRequest = await openCounterRequest();
  const { cashierSession, language, text, may, container } = counterRequest;
  const words = tillsText(language).shift;
  if (cashierSession?.shift == null || !may("hand_over")) {
    return <EmptyState title={words.none} hint={text.errors.forbidden} heading={true} />;
  }
  const shift = await container.shifts.get(cashierSession.shift.id);
  return (
    <>
      <Heading title={fill(words.title, { number: shift.number })} />
      <ShiftAccountView shift={shift} reader={counterRequest} />
      <div className="mt-5">
        <Confirm label={words.handOver} hint={words.handOverHint} tone="primary">
          <ActionForm
            action={handOverShift}
            submit={words.confirm}
            working={text.working}
            wide={true}
            hidden={{ shiftId: shift.id }}
          >
            <Field label={words.noteLabel} name="note" maxLength={SHIFT_NOTE_CHARS_MAX} autoComplete="off" />
          </ActionForm>
        </Confirm>
      </div>
    </>
  );
}
