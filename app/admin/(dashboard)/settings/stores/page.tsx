import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import {
  STORE_ADDRESS_CHARS_MAX,
  STORE_NAME_CHARS_MAX,
  STORE_PHONE_CHARS_MAX,
  TILL_IDLE_MINUTES_DEFAULT,
  TILL_IDLE_MINUTES_MAX,
} from "#lib/base/till-limits.ts";
import { type ListedStore, type ListedTill, listStores } from "#lib/storage/tills/places.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { COUNTER_SIGN_IN } from "../../../counter-request.ts";
import { createStore, createTill, editStore, editTill, switchStore, switchTill, unbindTill } from "./actions.ts";

export default adminPage("stores.read", async (adminRequest) => {
  const { container, language, may, text } = adminRequest;
  const words = tillsText(language).stores;
  const stores = await listStores(container.database.pool);
  const mayBind = may("tills.bind") && stores.some(({ isActive, tills }) => isActive && tills.length > 0);
  return (
    <>
      <Heading title={words.title}>
        {mayBind ? (
          <Link href={COUNTER_SIGN_IN} prefetch={false} className={toneLook("primary")}>
            {words.bindHere}
          </Link>
        ) : null}
      </Heading>
      <p className="mb-4 text-soft">{words.hint}</p>
      {stores.length === 0 ? (
        <Card>
          <EmptyState title={words.empty} hint={words.emptyHint} />
        </Card>
      ) : (
        <ul className="flex flex-col gap-4">
          {stores.map((store) => (
            <li key={store.id}>
              <StoreCard store={store} adminRequest={adminRequest} />
            </li>
          ))}
        </ul>
      )}
      {may("stores.write") ? (
        <Section title={words.add}>
          <Card className="max-w-2xl px-4 py-4 sm:px-5">
            <ActionForm action={createStore} submit={words.create} working={text.working}>
              <Field
                label={words.name}
                name="name"
                required={true}
                maxLength={STORE_NAME_CHARS_MAX}
                autoComplete="off"
              />
              <CodeField words={words} />
              <StoreContact words={words} />
            </ActionForm>
          </Card>
        </Section>
      ) : null}
    </>
  );
});

type StoreWords = ReturnType<typeof tillsText>["stores"];

const CodeField = ({ words }: { words: StoreWords }) => (
  <Field
    label={words.code}
    hint={words.codeHint}
    name="code"
    required={true}
    maxLength={32}
    pattern="[0-9A-Za-z_\-]+"
    autoComplete="off"
    autoCapitalize="none"
  />
);

const StoreContact = ({ words, store }: { words: StoreWords; store?: ListedStore }) => (
  <>
    <Field
      label={words.address}
      name="address"
      maxLength={STORE_ADDRESS_CHARS_MAX}
      defaultValue={store?.address ?? ""}
      autoComplete="off"
    />
    <Field
      label={words.phone}
      name="phone"
      inputMode="tel"
      maxLength={STORE_PHONE_CHARS_MAX}
      defaultValue={store?.phone ?? ""}
      autoComplete="off"
    />
  </>
);

const IdleField = ({ words, minutes }: { words: StoreWords; minutes: number }) => (
  <Field
    label={words.idle}
    name="idleMinutes"
    type="number"
    inputMode="numeric"
    min={1}
    max={TILL_IDLE_MINUTES_MAX}
    required={true}
    defaultValue={minutes}
  />
);

function StoreCard({ store, adminRequest }: { store: ListedStore; adminRequest: AdminRequest }) {
  const { text, language, may } = adminRequest;
  const words = tillsText(language).stores;
  const hidden = { storeId: store.id };
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="min-w-0 text-lg font-semibold break-all">
          {store.name} <span className="font-mono text-sm font-normal text-soft">{store.code}</span>
        </h2>
        {store.isActive ? null : <Badge>{words.inactive}</Badge>}
      </div>
      {[store.address, store.phone].some((each) => each !== null) ? (
        <p className="mt-1 text-sm text-soft">{[store.address, store.phone].filter(Boolean).join(" · ")}</p>
      ) : null}
      {store.tills.length === 0 ? (
        <p className="mt-3 text-soft">{words.noTills}</p>
      ) : (
        <ul className="mt-3 flex flex-col gap-2">
          {store.tills.map((till) => (
            <li key={till.id}>
              <TillRow till={till} adminRequest={adminRequest} />
            </li>
          ))}
        </ul>
      )}
      {may("stores.write") ? (
        <div className="mt-4 grid grid-cols-2 gap-3 max-sm:*:first:col-span-2 sm:flex sm:flex-wrap">
          {store.isActive ? (
            <Dialog opener={{ label: words.addTill, look: BUTTON }} title={words.addTill} hint={store.name}>
              <ActionForm action={createTill} submit={words.addTill} working={text.working} hidden={hidden}>
                <Field
                  label={words.name}
                  name="name"
                  required={true}
                  maxLength={STORE_NAME_CHARS_MAX}
                  autoComplete="off"
                />
                <CodeField words={words} />
                <IdleField words={words} minutes={TILL_IDLE_MINUTES_DEFAULT} />
              </ActionForm>
            </Dialog>
          ) : null}
          <Dialog opener={{ label: words.edit, look: BUTTON }} title={words.edit} hint={store.name}>
            <ActionForm action={editStore} submit={text.save} working={text.working} hidden={hidden}>
              <Field
                label={words.name}
                name="name"
                required={true}
                maxLength={STORE_NAME_CHARS_MAX}
                defaultValue={store.name}
                autoComplete="off"
              />
              <StoreContact words={words} store={store} />
            </ActionForm>
          </Dialog>
          <InUse place={store} hidden={hidden} action={switchStore} adminRequest={adminRequest} />
        </div>
      ) : null}
    </Card>
  );
}

function TillRow({ till, adminRequest }: { till: ListedTill; adminRequest: AdminRequest }) {
  const { text, language, may } = adminRequest;
  const words = tillsText(language).stores;
  const { device } = till;
  const hidden = { tillId: till.id };
  return (
    <div className="rounded-xl border border-line px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-medium break-all">
          {till.name} <span className="font-mono text-sm font-normal text-soft">{till.code}</span>
        </p>
        {till.isActive ? null : <Badge>{words.inactive}</Badge>}
      </div>
      <p className="mt-1 text-sm text-soft">
        {device === null
          ? `${words.noDevice} · ${words.noDeviceHint}`
          : fill(words.device, {
              device: deviceName(device.label),
              time: shortTime(device.boundAt, language),
              who: device.boundBy,
            })}
      </p>
      <div className="mt-2 grid grid-cols-2 gap-3 sm:flex sm:flex-wrap">
        {device !== null && may("tills.bind") ? (
          <Confirm label={words.unbind} hint={words.unbindHint}>
            <ActionForm
              action={unbindTill}
              submit={words.unbind}
              working={text.working}
              tone="danger"
              hidden={hidden}
            />
          </Confirm>
        ) : null}
        {may("stores.write") ? (
          <>
            <Dialog opener={{ label: words.edit, look: BUTTON }} title={words.edit} hint={till.name}>
              <ActionForm action={editTill} submit={text.save} working={text.working} hidden={hidden}>
                <Field
                  label={words.name}
                  name="name"
                  required={true}
                  maxLength={STORE_NAME_CHARS_MAX}
                  defaultValue={till.name}
                  autoComplete="off"
                />
                <IdleField words={words} minutes={till.idleMinutes} />
              </ActionForm>
            </Dialog>
            <InUse place={till} hidden={hidden} action={switchTill} adminRequest={adminRequest} />
          </>
        ) : null}
      </div>
    </div>
  );
}

interface InUseProps {
  readonly place: { readonly name: string; readonly isActive: boolean };
  readonly hidden: Readonly<Record<string, string>>;
  readonly action: typeof switchTill;
  readonly adminRequest: AdminRequest;
}

function InUse({ place: { name, isActive }, hidden, action, adminRequest: { language, text } }: InUseProps) {
  const words = tillsText(language).stores;
  const tone = isActive ? "danger" : "primary";
  const label = isActive ? words.off : words.on;
  return (
    <Confirm label={label} hint={fill(isActive ? words.offHint : words.onHint, { name })} tone={tone}>
      <ActionForm
        action={action}
        submit={label}
        working={text.working}
        tone={tone}
        hidden={{ ...hidden, inUse: isActive ? "no" : "yes" }}
      />
    </Confirm>
  );
}

const BUTTON = `${toneLook("plain")} max-sm:w-full`;

/** A browser's own description is long; what people know a device by stands in its first parentheses. */
const deviceName = (agent: string): string => /\(([^);]+)/.exec(agent)?.[1] ?? agent.slice(0, 40);
