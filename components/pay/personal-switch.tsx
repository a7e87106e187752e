import type { PayText } from "#lib/texts/pay.ts";

/**
 * Whether offers may be chosen by what the shopper did before. Off until they say yes, and the same touch takes it back
 * (PIPL art. 15, 24). A plain form; no condition of paying.
 */
export const PersonalSwitch = ({ text, on, back }: { text: PayText; on: boolean; back: string }) => (
  <form
    method="post"
    action="/api/personalisation"
    className="flex flex-wrap items-center justify-center gap-x-2 text-center text-xs text-soft"
    data-testid="personal"
  >
    <input type="hidden" name="back" value={back} />
    <span>{on ? text.personalIsOn : text.personalIsOff}</span>
    <button
      type="submit"
      name="choice"
      value={on ? "off" : "on"}
      className="min-h-11 cursor-pointer px-1 underline underline-offset-4"
    >
      {on ? text.personalOff : text.personalOn}
    </button>
  </form>
);
