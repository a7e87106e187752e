/** Classes of buttons and inputs, for any element. */

export type Tone = "primary" | "plain" | "danger";

const BUTTON =
  "inline-flex min-h-11 cursor-pointer items-center justify-center gap-2 rounded-xl px-5 py-2 text-center font-medium transition-transform duration-150 active:scale-[0.98]";
const TONES: Readonly<Record<Tone, string>> = {
  primary: "bg-action text-action-ink",
  plain: "border border-line bg-sunken text-ink",
  danger: "bg-warn-soft text-warn-ink",
};

export const toneLook = (tone: Tone): string => `${BUTTON} ${TONES[tone]}`;

export const INPUT =
  "block min-h-11 w-full rounded-xl border border-soft/60 bg-surface px-3 py-2 text-base text-ink placeholder:text-soft";
export const LINK = "text-brand-ink underline decoration-line underline-offset-4";
