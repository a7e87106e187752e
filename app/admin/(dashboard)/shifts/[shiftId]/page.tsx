import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import { SHIFT_NOTE_CHARS_MAX } from "#lib/base/till-limits.ts";
import { printingText, tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { ShiftAccountView } from "../../../shift-account-view.tsx";
import { SlipLinks } from "../../../shift-slip.tsx";
import { printShift } from "../../settings/printers/actions.ts";
import { closeShift, receiveShift } from "../actions.ts";

/** One shift: its account, taking it over, printing it. */
export default adminPage("stores.read", async (adminRequest, { params }) => {
  const { container, language, may, text } = adminRequest;
  const words = tillsText(language);
  const shift = await container.shifts.get(params.shiftId ?? "").catch((cause: unknown) => {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  });
  const hidden = { shiftId: shift.id };
  const note = (
    <Field label={words.shifts.receiveNote} name="note" maxLength={SHIFT_NOTE_CHARS_MAX} autoComplete="off" />
  );
  return (
    <>
      <Heading
        title={`${shift.store.name} · ${shift.till.name} · ${fill(words.shift.title, { number: shift.number })}`}
      >
        {shift.closedAt === null ? null : <SlipLinks shiftId={shift.id} language={language} />}
      </Heading>
      <ShiftAccountView shift={shift} reader={adminRequest} />
      <div className="mt-5 flex flex-wrap gap-3">
        {shift.closedAt !== null && may("receipts.print") ? (
          <ActionForm
            action={printShift}
            submit={printingText(language).told.print}
            working={text.working}
            tone="plain"
            hidden={hidden}
          />
        ) : null}
        {shift.closedAt !== null && shift.received === null && may("shifts.receive") ? (
          <Confirm label={words.shifts.receive} hint={words.shifts.receiveHint} tone="primary">
            <ActionForm action={receiveShift} submit={words.shifts.receive} working={text.working} hidden={hidden}>
              {note}
            </ActionForm>
          </Confirm>
        ) : null}
        {shift.closedAt === null && may("shifts.close") ? (
          <Confirm label={words.shifts.close} hint={words.shifts.closeHint} tone="danger">
            <ActionForm
              action={closeShift}
              submit={words.shift.confirm}
              working={text.working}
              tone="danger"
              hidden={hidden}
            >
              {note}
            </ActionForm>
          </Confirm>
        ) : null}
      </div>
    </>
  );
});
