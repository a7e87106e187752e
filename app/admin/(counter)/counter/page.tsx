import { notFound } from "next/navigation";
import { CounterRoom } from "#components/admin/counter/counter-room.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { isId } from "#lib/base/ids.ts";
import { readCounterSettings } from "#lib/storage/counter/counter-settings.ts";
import { counterText } from "#lib/texts/admin.ts";
import { adminRequestOf } from "../../admin-request.ts";
import { counterRequestOf, openCounterGuest, openCounterRequest } from "../../counter-request.ts";
import { charge, close, keepSettings, place, show, showCode, undo } from "./actions.ts";
import { readDay } from "./read-day.ts";

interface CounterPageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The room behind the shop's counter (收款). */
export default async function Counter({ searchParams }: CounterPageProps) {
  const counterRequest = await openCounterRequest();
  const { container, language, text, may, cashierSession, refundLimitFen } = counterRequest;
  if (!may("charge"))
    return <EmptyState title={text.errors.forbiddenTitle} hint={text.errors.forbidden} heading={true} />;
  const { order } = await searchParams;
  if (order !== undefined && !(typeof order === "string" && isId("order", order))) notFound();
  const [settings, day, shop] = await Promise.all([
    readCounterSettings(container.database.pool),
    readDay(counterRequest),
    container.merchantName?.() ?? text.product,
  ]);
  const tillId = cashierSession?.at.till.id ?? null;
  return (
    <>
      <h1 className="sr-only">{counterText(language).title}</h1>
      <CounterRoom
        {...{ settings, day, shop, tillId, refundLimitFen }}
        words={counterText(language)}
        sandbox={container.settings.sandbox ? text.sandbox : null}
        orderId={order ?? null}
        mayWrite={await mayWriteSettings()}
        actions={{ place, showCode, charge, close, undo, show, keepSettings }}
      />
    </>
  );
}

/** The keypad is the shop's: a dashboard user sets it, who is no cashier at the moment. */
async function mayWriteSettings(): Promise<boolean> {
  const counterGuest = await openCounterGuest();
  const { guest } = counterGuest;
  return counterRequestOf(counterGuest).person.kind === "user" && adminRequestOf(guest).may("counter.write");
}
