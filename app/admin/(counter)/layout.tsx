import Link from "next/link";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { toneLook } from "#components/admin/look.ts";
import { TillLock } from "#components/admin/till-lock.tsx";
import { PaidVoice } from "#components/admin/voice/paid-voice.tsx";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { CashierSession } from "#lib/storage/tills/cashier-sessions.ts";
import { tillsText } from "#lib/texts/admin.ts";
import DashboardLayout from "../(dashboard)/layout.tsx";
import { keepTillAwake, lockTill } from "../(till)/counter/sign-in/actions.ts";
import type { Guest } from "../admin-request.ts";
import { COUNTER_SIGN_IN, counterDetour, openCounterGuest } from "../counter-request.ts";
import { LanguageSwitch } from "../language-switch.tsx";

/** The counter: for a cashier nothing but the till; for a dashboard user a page of the dashboard. */
export default async function CounterLayout({ children }: { children: ReactNode }) {
  const counterGuest = await openCounterGuest();
  const detour = counterDetour(counterGuest);
  if (detour !== null) redirect(detour);
  const { guest, cashierSession } = counterGuest;
  if (cashierSession === null) return <DashboardLayout>{children}</DashboardLayout>;
  return (
    <TillFrame guest={guest} session={cashierSession}>
      {children}
    </TillFrame>
  );
}

const BUTTON = `${toneLook("plain")} max-sm:px-2`;

interface TillFrameProps {
  readonly guest: Guest;
  readonly session: CashierSession;
  readonly children: ReactNode;
}

function TillFrame({ guest: { text, language, session: user }, session: { at, cashier }, children }: TillFrameProps) {
  const { frame: words, signIn } = tillsText(language);
  return (
    <div className="mx-auto max-w-5xl">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:m-2 focus:bg-surface focus:p-3">
        {text.skip}
      </a>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3 sm:gap-x-4 print:hidden">
        <p className="min-w-0 flex-1">
          <strong className="block truncate font-semibold">{cashier.name}</strong>
          <span className="block truncate text-sm text-soft">
            {at.store.name} · {at.till.name}
          </span>
        </p>
        <LanguageSwitch language={language} />
        {/* Who is signed in on a phone that is the till as well. */}
        {user === null ? null : (
          <Link href="/admin" prefetch={false} className="flex min-h-11 items-center text-sm text-soft underline">
            {signIn.toDashboard}
          </Link>
        )}
        <div className="grid auto-cols-auto grid-flow-col gap-2 max-sm:w-full max-sm:auto-cols-fr sm:gap-4">
          <Link href="/admin/counter" prefetch={false} className={BUTTON}>
            {text.nav.counter}
          </Link>
          <Link href="/admin/counter/shift" prefetch={false} className={BUTTON}>
            {words.handOver}
          </Link>
          <form action={lockTill}>
            <button type="submit" className={`${BUTTON} w-full`}>
              {words.lock}
            </button>
          </form>
        </div>
      </header>
      <PaidVoice tillId={at.till.id} />
      <main id="content" className="min-w-0 px-4 pt-4 pb-12">
        {children}
      </main>
      <TillLock idleMs={at.idleMinutes * MINUTE_MS} keepAwake={keepTillAwake} lockedHref={COUNTER_SIGN_IN} />
    </div>
  );
}
