import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Check, Select } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PinSignIn } from "#components/admin/pin-sign-in.tsx";
import { SignInFrame } from "#components/admin/sign-in-frame.tsx";
import { PaidVoice } from "#components/admin/voice/paid-voice.tsx";
import { PIN_DIGITS_MAX } from "#lib/base/till-limits.ts";
import type { BoundTill } from "#lib/storage/tills/till-devices.ts";
import { listTillsInUse } from "#lib/storage/tills/till-devices.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { adminRequestOf, detourOf, SIGN_IN } from "../../../admin-request.ts";
import { type CounterGuest, openCounterGuest } from "../../../counter-request.ts";
import { LanguageSwitch } from "../../../language-switch.tsx";
import { bindTill, signInCashier } from "./actions.ts";

/** At a till: the cashiers' PIN. On any other device: how it becomes one. */
export default async function CounterSignIn() {
  const counterGuest = await openCounterGuest();
  const { guest, at } = counterGuest;
  const { language } = guest;
  return (
    <>
      {/* A locked till still tells what is paid. */}
      {at === null ? null : <PaidVoice tillId={at.till.id} />}
      {at === null ? <Binding counterGuest={counterGuest} /> : <Cashiers counterGuest={counterGuest} at={at} />}
      <footer className="mx-auto -mt-6 flex max-w-md justify-between px-6 pb-8 sm:-mt-14">
        <LanguageSwitch language={language} />
        <Link href="/admin" prefetch={false} className="flex min-h-11 items-center text-sm text-soft underline">
          {tillsText(language).signIn.toDashboard}
        </Link>
      </footer>
    </>
  );
}

async function Cashiers({ counterGuest, at }: { counterGuest: CounterGuest; at: BoundTill }) {
  const { guest, tills } = counterGuest;
  const words = tillsText(guest.language).signIn;
  const cashiers = await tills.cashiersAt(at);
  return (
    <SignInFrame title={words.title} hint={`${at.store.name} · ${at.till.name}`}>
      {cashiers.length === 0 ? (
        <EmptyState title={words.nobody} hint={words.nobodyHint} />
      ) : (
        <PinSignIn
          action={signInCashier}
          cashiers={cashiers.map(({ id, name }) => ({ id, name }))}
          digitsMax={PIN_DIGITS_MAX}
          words={{ ...words, working: guest.text.working }}
        />
      )}
    </SignInFrame>
  );
}

async function Binding({ counterGuest: { guest } }: { counterGuest: CounterGuest }) {
  const { text, language, container } = guest;
  const words = tillsText(language).bind;
  if (detourOf(guest) !== null || !adminRequestOf(guest).may("tills.bind")) {
    return (
      <SignInFrame title={words.notYet} hint={words.notYetHint}>
        <Link href={SIGN_IN} prefetch={false} className={`${toneLook("primary")} w-full`}>
          {text.signIn.title}
        </Link>
      </SignInFrame>
    );
  }
  const tills = await listTillsInUse(container.database.pool);
  if (tills.length === 0) {
    return (
      <SignInFrame title={words.title}>
        <EmptyState title={words.noTills} hint={words.noTillsHint} />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame title={words.title} hint={words.hint}>
      <ActionForm action={bindTill} submit={words.submit} working={text.working} wide={true}>
        <Select
          label={words.till}
          name="tillId"
          options={tills.map(({ id, name, storeName, isBound }) => ({
            value: id,
            label: `${storeName} · ${name}${isBound ? words.replaces : ""}`,
          }))}
        />
        <Check label={words.signOut} name="signOut" defaultChecked={true} />
      </ActionForm>
    </SignInFrame>
  );
}
