import type { ReactNode } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Field } from "#components/admin/field.tsx";
import { INPUT } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { CODE_LABEL_CHARS_MAX, CODE_PREFIX_CHARS_MAX, CODES_MADE_MAX } from "#lib/base/limits.ts";
import { type CodesText, codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { importCodes, makeCodes } from "./actions.ts";

interface AddCodesProps {
  readonly promotionId: string;
  /** There are none yet, so this is what one comes for. */
  readonly isFirst: boolean;
  readonly adminRequest: AdminRequest;
}

/** Making codes and taking in one's own, side by side. */
export function AddCodes({ promotionId, isFirst, adminRequest }: AddCodesProps) {
  const { language, text } = adminRequest;
  const words = codesText(language);
  return (
    <div className="mb-6 grid items-start gap-5 xl:grid-cols-2">
      <Folded title={words.make} isOpen={isFirst}>
        <p className="mb-4 text-sm text-soft">{words.makeHint}</p>
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
      </Folded>
      <Folded title={words.take} isOpen={isFirst}>
        <p className="mb-4 text-sm text-soft">{words.takeHint}</p>
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
      </Folded>
    </div>
  );
}

const Folded = ({ title, isOpen, children }: { title: string; isOpen: boolean; children: ReactNode }) => (
  <Card className="px-4 sm:px-5">
    <details open={isOpen} className="group">
      <summary className="flex min-h-14 cursor-pointer list-none items-center justify-between gap-3 text-lg font-semibold">
        <h2>{title}</h2>
        <span aria-hidden="true" className="text-soft transition-transform group-open:rotate-180">
          ⌄
        </span>
      </summary>
      <div className="pb-4">{children}</div>
    </details>
  </Card>
);

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
