/** The kinds of thing that a text alone can tell; delivery, place and amount turn a kind into a scene. */
export const TEXT_KINDS = [
  "dining",
  "retail",
  "healthcare",
  "education",
  "travel",
  "utilities",
  "parking",
  "transport",
  "services",
  "topup",
] as const;

export type TextKind = (typeof TEXT_KINDS)[number];

/** Whether a text names something bought or the shop that sells it. */
export type TextSource = "item" | "merchant";

export interface LabelledText {
  readonly text: string;
  readonly source: TextSource;
  readonly kind: TextKind;
}
