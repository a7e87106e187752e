import { redirect } from "next/navigation";
import { CustomerDisplay } from "#components/admin/counter/customer-display.tsx";
import { counterText } from "#lib/texts/admin.ts";
import { SIGN_IN } from "../../../admin-request.ts";
import { mayWatch } from "../../../counter-data.ts";
import { openCounterGuest } from "../../../counter-request.ts";
import { readDisplay } from "./read-display.ts";

interface DisplayProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The screen that the shopper sees (顾客屏): a second screen or a tablet. It shows and takes nothing. */
export default async function Display({ searchParams }: DisplayProps) {
  const counterGuest = await openCounterGuest();
  if (!mayWatch(counterGuest)) redirect(SIGN_IN);
  const { till } = await searchParams;
  const tillId = typeof till === "string" ? till : null;
  return (
    <CustomerDisplay
      initial={await readDisplay(counterGuest, tillId)}
      tillId={tillId}
      words={counterText(counterGuest.guest.language)}
    />
  );
}
