import type { LiveData } from "./live-island.tsx";
import { SLOTS, type SlotName, type Slots } from "./slot.tsx";

export const ISLAND_ID = "pay-live";
export const DATA_ID = "pay-live-data";

export interface Island {
  readonly data: LiveData;
  readonly slots: Slots;
}

/** Of the words only those that are others than the script's own. */
type SentData = Omit<LiveData, "words"> & { readonly words: Partial<LiveData["words"]> };

/** What the browser cannot read from the page itself: the data, and slots that are not shown at first. */
interface SentIsland {
  readonly data: SentData;
  readonly unseen: Partial<Slots>;
}

/** @param html of the island, in which the slots that are shown stand already */
export function writeIsland({ data, slots }: { data: SentData; slots: Slots }, html: string): string {
  const unseen: Partial<Record<SlotName, string>> = {};
  for (const name of SLOTS) {
    const slot = slots[name];
    if (slot !== null && !html.includes(`data-slot="${name}"`)) unseen[name] = slot;
  }
  // In a script's text a browser reads nothing but its end.
  return JSON.stringify({ data, unseen } satisfies SentIsland).replaceAll("<", "\\u003c");
}

/** Null when this is another page, such as one that says that the order could not be read. */
export function readIsland(page: Document, words: LiveData["words"]): Island | null {
  const text = page.getElementById(DATA_ID)?.textContent;
  const island = page.getElementById(ISLAND_ID);
  if (!text || island === null) return null;
  const { data, unseen } = JSON.parse(text) as SentIsland;
  const slot = (name: SlotName) => island.querySelector(`[data-slot="${name}"]`)?.innerHTML ?? unseen[name] ?? null;
  return {
    data: { ...data, words: { ...words, ...data.words } },
    slots: { heading: slot("heading"), stage: slot("stage"), details: slot("details"), bar: slot("bar") },
  };
}
