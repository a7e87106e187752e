// What is kept of a message hides whom it is about and what would let others act in our place: the same number of bytes, as `*`.
// The provider's own signature stays, as evidence; ours is worth something for five minutes and goes.

/** Of one exchange: both bodies as text of one byte a character, and our headers. */
export interface MaskableTexts {
  readonly sent: string;
  readonly received: string;
  readonly sentHead: string;
  readonly target: string;
}

/** Names of shoppers, their addresses and devices, codes that pay, accounts and cards, keys; in v3 as in v2. */
const HIDDEN = String.raw`\w*openid|auth_code|payer_client_ip|spbill_create_ip|client_ip|user_received_account|refund_recv_accout|bank_account|real_name|\w*card_no\w*|\w*account_no|id_card\w*|\w*phone\w*|mobile|user_name|\w*secret|\w*password|(?:\w+_)?key|access_token`;
const IN_JSON = new RegExp(String.raw`"(${HIDDEN})"\s*:\s*"((?:[^"\\]|\\.)*)`, "gi");
const IN_XML = new RegExp(String.raw`<(${HIDDEN})>(?:<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|([^<]*))`, "gi");
const OUR_SIGN = /(<sign>(?:<!\[CDATA\[)?)([^<\]]+)/g;
const OUR_SIGNATURE = /(\bsignature=")([^"]+)/gi;
/** Shorter ones are hidden where they stand, and nowhere else: `1` is in every text. */
const ELSEWHERE_CHARS_MIN = 6;
/** An openid's last characters tell one shopper from another, and nobody who they are. */
const OPENID_CHARS_SHOWN = 4;

export function maskTexts(texts: MaskableTexts, { isOurs }: { readonly isOurs: boolean }): MaskableTexts {
  const found = new Map<string, string>();
  for (const text of [texts.sent, texts.received]) {
    for (const pattern of [IN_JSON, IN_XML]) {
      for (const [, name = "", one, other] of text.matchAll(pattern)) {
        const value = one ?? other ?? "";
        if (value.length >= ELSEWHERE_CHARS_MIN) found.set(value, hiddenOf(name, value));
      }
    }
  }
  // The longest first: one may be the beginning of another.
  const values = [...found].toSorted(([one], [other]) => other.length - one.length);
  const mask = (text: string): string =>
    values.reduce((so, [value, hidden]) => so.replaceAll(value, hidden), fields(text));
  const unsigned = (text: string): string => (isOurs ? text.replaceAll(OUR_SIGN, starsInside) : text);
  return {
    sent: unsigned(mask(texts.sent)),
    received: mask(texts.received),
    sentHead: isOurs ? mask(texts.sentHead).replaceAll(OUR_SIGNATURE, starsInside) : mask(texts.sentHead),
    target: mask(texts.target),
  };
}

const fields = (text: string): string =>
  text
    .replaceAll(IN_JSON, (all, name: string, value: string) => lastReplaced(all, value, hiddenOf(name, value)))
    .replaceAll(IN_XML, (all, name: string, one?: string, other?: string) => {
      const value = one ?? other ?? "";
      const at = all.indexOf(value, name.length + 2);
      return all.slice(0, at) + hiddenOf(name, value) + all.slice(at + value.length);
    });

const lastReplaced = (all: string, value: string, hidden: string): string =>
  all.slice(0, all.length - value.length) + hidden;

const starsInside = (_all: string, before: string, value: string): string => before + "*".repeat(value.length);

function hiddenOf(name: string, value: string): string {
  const shown = /openid$/i.test(name) && value.length > 4 * OPENID_CHARS_SHOWN ? OPENID_CHARS_SHOWN : 0;
  return "*".repeat(value.length - shown) + value.slice(value.length - shown);
}
