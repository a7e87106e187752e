import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Check, Field, Select } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { AdminUser } from "#lib/auth/admin-users.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { CASHIER_NAME_CHARS_MAX, PIN_DIGITS_MAX } from "#lib/base/till-limits.ts";
import type { ListedCashier } from "#lib/storage/tills/cashiers.ts";
import { type ListedStore, listStores } from "#lib/storage/tills/places.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import { type AdminRequest, adminPasswords } from "../../../admin-request.ts";
import { createCashier, editCashier, resetPin, switchCashier } from "./actions.ts";

interface CashierChoices {
  readonly stores: readonly ListedStore[];
  readonly users: readonly AdminUser[];
}

export default adminPage("stores.read", async (adminRequest) => {
  const { container, language, may, text, admins } = adminRequest;
  const { pool } = container.database;
  const words = tillsText(language).cashiers;
  const cashiers = await createCashiers({ pool, clock: container.clock, passwords: adminPasswords }).list();
  const mayWrite = may("stores.write");
  const [stores, users] = await Promise.all([listStores(pool), mayWrite ? admins.users.list() : []]);
  const choices = { stores, users };
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-4 text-soft">{words.hint}</p>
      {cashiers.length === 0 ? (
        <Card>
          <EmptyState title={words.empty} hint={words.emptyHint} />
        </Card>
      ) : (
        <ul className="flex flex-col gap-3">
          {cashiers.map((cashier) => (
            <li key={cashier.id}>
              <CashierCard cashier={cashier} choices={choices} adminRequest={adminRequest} />
            </li>
          ))}
        </ul>
      )}
      {mayWrite ? (
        <Section title={words.add}>
          <Card className="max-w-2xl px-4 py-4 sm:px-5">
            <ActionForm action={createCashier} submit={words.create} working={text.working}>
              <CashierFieldset choices={choices} language={language} />
              <PinField label={words.pin} />
            </ActionForm>
          </Card>
        </Section>
      ) : null}
    </>
  );
});

const PinField = ({ label }: { label: string }) => (
  <Field label={label} name="pin" inputMode="numeric" pattern="[0-9]*" maxLength={PIN_DIGITS_MAX} autoComplete="off" />
);

interface CashierFieldsetProps {
  readonly choices: CashierChoices;
  readonly language: AdminRequest["language"];
  readonly cashier?: ListedCashier;
}

function CashierFieldset({ choices: { stores, users }, language, cashier }: CashierFieldsetProps) {
  const words = tillsText(language).cashiers;
  const usable = stores.filter(({ id, isActive }) => isActive || cashier?.storeIds.includes(id));
  return (
    <>
      <Field
        label={words.name}
        name="name"
        required={true}
        maxLength={CASHIER_NAME_CHARS_MAX}
        defaultValue={cashier?.name ?? ""}
        autoComplete="off"
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{words.stores}</legend>
        {usable.length === 0 ? <p className="text-soft">{words.noStores}</p> : null}
        {usable.map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            name="stores[]"
            value={id}
            defaultChecked={cashier?.storeIds.includes(id) ?? usable.length === 1}
          />
        ))}
      </fieldset>
      <Field
        label={words.refund}
        name="refund"
        inputMode="decimal"
        maxLength={16}
        autoComplete="off"
        defaultValue={cashier?.refundUpTo == null ? "" : formatYuan(fen(cashier.refundUpTo))}
      />
      <Select
        label={words.user}
        name="userId"
        defaultValue={cashier?.userId ?? ""}
        options={[{ value: "", label: words.noUser }, ...users.map(({ id, email }) => ({ value: id, label: email }))]}
      />
    </>
  );
}

interface CashierCardProps {
  readonly cashier: ListedCashier;
  readonly choices: CashierChoices;
  readonly adminRequest: AdminRequest;
}

function CashierCard({ cashier, choices, adminRequest: { text, language, may } }: CashierCardProps) {
  const words = tillsText(language).cashiers;
  const hidden = { cashierId: cashier.id };
  const where = choices.stores.filter(({ id }) => cashier.storeIds.includes(id)).map(({ name }) => name);
  const refunds =
    cashier.refundUpTo === null ? words.noRefund : fill(words.mayRefund, { amount: amountText(cashier.refundUpTo) });
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold break-all">{cashier.name}</p>
        {cashier.isActive ? null : <Badge>{words.inactive}</Badge>}
      </div>
      <p className="mt-1 text-sm text-soft">
        {where.length === 0 ? words.noStores : where.join(", ")} · {refunds}
      </p>
      {may("stores.write") ? (
        <div className="mt-3 grid grid-cols-2 gap-3 sm:flex sm:flex-wrap">
          <Dialog opener={{ label: words.edit, look: BUTTON }} title={words.edit} hint={cashier.name}>
            <ActionForm action={editCashier} submit={text.save} working={text.working} hidden={hidden}>
              <CashierFieldset choices={choices} language={language} cashier={cashier} />
            </ActionForm>
          </Dialog>
          <Confirm label={words.resetPin} hint={fill(words.resetHint, { name: cashier.name })}>
            <ActionForm action={resetPin} submit={words.resetPin} working={text.working} tone="danger" hidden={hidden}>
              <PinField label={words.pin} />
            </ActionForm>
          </Confirm>
          <Confirm
            label={cashier.isActive ? words.off : words.on}
            hint={fill(cashier.isActive ? words.offHint : words.onHint, { name: cashier.name })}
            tone={cashier.isActive ? "danger" : "primary"}
          >
            <ActionForm
              action={switchCashier}
              submit={cashier.isActive ? words.off : words.on}
              working={text.working}
              tone={cashier.isActive ? "danger" : "primary"}
              hidden={{ ...hidden, inUse: cashier.isActive ? "no" : "yes" }}
            />
          </Confirm>
        </div>
      ) : null}
    </Card>
  );
}

const BUTTON = `${toneLook("plain")} max-sm:w-full`;
