/** Parts of the page that are drawn by the server alone; what works in them are forms, links and attributes. */
export const SLOTS = ["heading", "stage", "details", "bar"] as const;
export type SlotName = (typeof SLOTS)[number];
export type Slots = Readonly<Record<SlotName, string | null>>;

/** A part as it was drawn: the browser takes it over untouched, and puts it back when it shows it again. */
export const Slot = ({ name, html }: { name: SlotName; html: string }) => (
  <div className="contents" data-slot={name} dangerouslySetInnerHTML={{ __html: html }} />
);
