import { CounterRoom } from "#components/admin/counter/counter-room.tsx";
import { isId } from "#lib/base/ids.ts";
import { readCounterSettings } from "#lib/storage/counter/counter-settings.ts";
import { counterText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import { charge, close, keepSettings, place, show, showCode, undo } from "./actions.ts";
import { readDay } from "./read-day.ts";

/** The room behind the shop's counter (收款). */
export default adminPage("payments.charge", async (adminRequest, { search }) => {
  const { container, language, text, may } = adminRequest;
  const [settings, day, shop] = await Promise.all([
    readCounterSettings(container.database.pool),
    readDay(adminRequest),
    container.merchantName?.() ?? text.product,
  ]);
  return (
    <>
      <h1 className="sr-only">{counterText(language).title}</h1>
      <CounterRoom
        {...{ settings, day, shop, language }}
        words={counterText(language)}
        sandbox={container.settings.sandbox ? text.sandbox : null}
        orderId={isId("order", search.order ?? "") ? (search.order ?? null) : null}
        mayUndo={may("refunds.create")}
        mayWrite={may("counter.write")}
        actions={{ place, showCode, charge, close, undo, show, keepSettings }}
      />
    </>
  );
});
