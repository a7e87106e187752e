import { PayLive, type PayLiveProps } from "#components/pay/pay-live.tsx";
import { Slot, type SlotName, type Slots } from "./slot.tsx";

/** What of the page's live part goes to the browser as data. */
export type LiveData = Omit<PayLiveProps, SlotName>;

/** The live part with its slots as HTML; the server draws it, and the browser takes over exactly this. */
export function LiveIsland({ data, slots }: { data: LiveData; slots: Slots }) {
  const slot = (name: SlotName) => {
    const html = slots[name];
    return html === null ? null : <Slot name={name} html={html} />;
  };
  return (
    <PayLive {...data} heading={slot("heading")} stage={slot("stage")} details={slot("details")} bar={slot("bar")} />
  );
}
