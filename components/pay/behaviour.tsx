import { BEHAVIOUR_SCRIPT } from "./behaviour-script.ts";
import { InlineScript } from "./inline-script.tsx";

/** Tells the server what happens on the page; without scripts, or when the server is away, nothing is missing. */
export const Behaviour = (props: {
  orderId: string;
  way: string;
  offers: readonly string[];
  nonce: string | undefined;
}) => (
  <InlineScript
    nonce={props.nonce}
    lines={BEHAVIOUR_SCRIPT}
    data={{ "data-order": props.orderId, "data-way": props.way, "data-offers": props.offers.join(" ") }}
  />
);
