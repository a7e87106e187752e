import { BEHAVIOUR_SCRIPT } from "./behaviour-script.ts";
import { InlineScript } from "./inline-script.tsx";

interface ToldVisit {
  readonly orderId: string;
  readonly way: string;
  readonly offers: readonly string[];
}

/** What the lines need to know, as attributes of their tag. */
export const behaviourData = ({ orderId, way, offers }: ToldVisit) => ({
  "data-order": orderId,
  "data-way": way,
  "data-offers": offers.join(" "),
});

/** Tells the server what happens on the page; without scripts, or when the server is away, nothing is missing. */
export const Behaviour = ({ nonce, ...visit }: ToldVisit & { nonce: string | undefined }) => (
  <InlineScript nonce={nonce} lines={BEHAVIOUR_SCRIPT} data={behaviourData(visit)} />
);
