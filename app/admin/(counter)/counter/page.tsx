import { notFound } from "next/navigation";
import { CounterRoom } from "#components/admin/counter/counter-room.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isId } from "#lib/base/ids.ts";
import { readCounterSettings } from "#lib/storage/counter/counter-settings.ts";
import { nearestPrinter } from "#lib/storage/printing/printers.ts";
import { counterText, printingText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminRequestOf } from "../../admin-request.ts";
import { counterRequestOf, openCounterGuest, openCounterRequest } from "../../counter-request.ts";
import { troubleWords } from "../../print-outcome.ts";
import { charge, close, keepSettings, place, print, show, showCode, undo } from "./actions.ts";
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
  const { pool } = container.database;
  const tillId = cashierSession?.at.till.id ?? null;
  const [settings, day, shop, printer] = await Promise.all([
    readCounterSettings(pool),
    readDay(counterRequest),
    container.merchantName?.() ?? text.product,
    nearestPrinter(pool, { storeId: cashierSession?.at.store.id ?? null, tillId }),
  ]);
  const trouble = troubleWords(printer?.trouble ?? null, language);
  return (
    <>
      <h1 className="sr-only">{counterText(language).title}</h1>
      {printer === null || trouble === null ? null : (
        <div className="px-4 pt-3" data-testid="printer-trouble">
          <Notice>{fill(printingText(language).told.notice, { name: printer.name, trouble })}</Notice>
        </div>
      )}
      <CounterRoom
        {...{ settings, day, shop, tillId, refundLimitFen }}
        words={counterText(language)}
        sandbox={container.settings.sandbox ? text.sandbox : null}
        orderId={order ?? null}
        mayWrite={await mayWriteSettings()}
        actions={{ place, showCode, charge, close, undo, show, keepSettings, ...(printer === null ? {} : { print }) }}
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
