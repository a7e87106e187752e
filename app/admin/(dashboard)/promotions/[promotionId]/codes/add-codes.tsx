import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { INPUT } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { CODE_LABEL_CHARS_MAX, CODE_PREFIX_CHARS_MAX, CODES_MADE_MAX } from "#lib/base/limits.ts";
import { type CodesText, codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { importCodes, makeCodes } from "./actions.ts";

/** Making codes and taking in one's own, side by side. */
export function AddCodes({ promotionId, adminRequest }: { promotionId: string; adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = codesText(language);
  return (
    <div id="add" className="mt-6 grid scroll-mt-4 items-start gap-5 xl:grid-cols-2">
      <Card className="px-4 py-4 sm:px-5">
        <h2 className="text-lg font-semibold">{words.make}</h2>
        <p className="mt-1 mb-4 text-sm text-soft">{words.makeHint}</p>
        <ActionForm action={makeCodes} hidden={{ promotionId }} submit={words.submitMake} working={text.working}>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label={words.count}
              hint={fill(words.countHint, { max: CODES_MADE_MAX.toLocaleString("en-US") })}
              name="count"
              inputMode="numeric"
              maxLength={7}
              required
              autoComplete="off"
            />
            <Field
              label={words.prefix}
              hint={words.prefixHint}
              name="prefix"
              maxLength={CODE_PREFIX_CHARS_MAX}
              autoComplete="off"
            />
            <Shared words={words} />
          </div>
        </ActionForm>
      </Card>
      <Card className="px-4 py-4 sm:px-5">
        <h2 className="text-lg font-semibold">{words.take}</h2>
        <p className="mt-1 mb-4 text-sm text-soft">{words.takeHint}</p>
        <ActionForm action={importCodes} hidden={{ promotionId }} submit={words.submitTake} working={text.working}>
          <div>
            <label htmlFor="codes" className="mb-1.5 block text-sm font-medium">
              {words.list}
            </label>
            <textarea
              id="codes"
              name="codes"
              rows={4}
              autoComplete="off"
              aria-describedby="codes-hint"
              className={INPUT}
            />
            <p id="codes-hint" className="mt-1.5 text-sm text-soft">
              {words.listHint}
            </p>
          </div>
          <label className="block">
            <span className="mb-1.5 block text-sm font-medium">{words.file}</span>
            <input
              type="file"
              name="file"
              accept=".csv,.txt,text/csv,text/plain"
              className={`${INPUT} file:mr-3 file:rounded-lg file:border-0 file:bg-sunken file:px-3 file:py-1.5 file:text-ink`}
            />
          </label>
          <div className="grid gap-4 sm:grid-cols-2">
            <Shared words={words} />
          </div>
        </ActionForm>
      </Card>
    </div>
  );
}

const Shared = ({ words }: { words: CodesText }) => (
  <>
    <Field
      label={words.uses}
      hint={words.usesHint}
      name="maxUses"
      defaultValue="1"
      inputMode="numeric"
      maxLength={7}
      autoComplete="off"
    />
    <Field
      label={words.label}
      hint={words.labelHint}
      name="label"
      maxLength={CODE_LABEL_CHARS_MAX}
      autoComplete="off"
    />
  </>
);
