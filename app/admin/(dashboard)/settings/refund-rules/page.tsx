import type { ReactNode } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Check, Field } from "#components/admin/field.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type Fen, formatYuan } from "#lib/base/fen.ts";
import { readRefundRules } from "#lib/storage/refunds/refund-approvals.ts";
import { approvalsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { countApprovers } from "../../refunds/approvers.ts";
import { saveRefundRules } from "./actions.ts";

/** Which refunds get a second look: by another person, or by the second factor again. */
export default adminPage("config.read", async (adminRequest) => {
  const { container, language, text, may } = adminRequest;
  const words = approvalsText(language).rules;
  const rules = await readRefundRules(container.database.pool);
  const approvers = await countApprovers(adminRequest);
  const isReader = !may("config.write");
  const fields = (
    <fieldset disabled={isReader} className="contents">
      <Group title={words.approval}>
        <Check name="approval" label={words.approvalOn} defaultChecked={rules.approvalAboveFen !== null} />
        <Amount
          name="approvalAbove"
          label={words.approvalAbove}
          hint={words.approvalAboveHint}
          value={rules.approvalAboveFen}
        />
        <Check
          name="approvalApi"
          label={words.approvalApi}
          hint={words.approvalApiHint}
          defaultChecked={rules.approvalCoversApi}
        />
        <p className="text-sm text-soft">{words.approvalHint}</p>
        {approvers < 2 ? <Notice tone="warn">{fill(words.few, { count: approvers })}</Notice> : null}
      </Group>
      <Group title={words.confirm}>
        <Check name="confirm" label={words.confirmOn} defaultChecked={rules.confirmAboveFen !== null} />
        <Amount
          name="confirmAbove"
          label={words.confirmAbove}
          hint={words.confirmAboveHint}
          value={rules.confirmAboveFen}
        />
      </Group>
    </fieldset>
  );
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      <Card className="flex max-w-2xl flex-col gap-6 px-4 py-5 sm:px-6">
        {isReader ? (
          <>
            <Notice>{words.readOnly}</Notice>
            {fields}
          </>
        ) : (
          <ActionForm action={saveRefundRules} submit={words.save} working={text.working}>
            {fields}
          </ActionForm>
        )}
      </Card>
    </>
  );
});

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="mb-4 flex flex-col gap-3">
      <legend className="mb-2 text-lg font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

interface AmountProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: Fen | null;
}

const Amount = ({ name, label, hint, value }: AmountProps) => (
  <Field
    name={name}
    label={label}
    hint={hint}
    inputMode="decimal"
    autoComplete="off"
    maxLength={12}
    placeholder="500"
    defaultValue={value === null ? "" : formatYuan(value)}
  />
);
