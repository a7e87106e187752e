/** The versions of WeChat Pay's API. A trade is opened with one, and its notices come in the same. */
export type Protocol = "v3" | "v2";

interface NoticeBytes {
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

const V3_HEADERS = ["wechatpay-signature", "wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce"];
const OPENING_BRACKET = 0x3c;
/** White space, and the three bytes of a byte order mark. */
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

/**
 * Which protocol a notice speaks: v3 if it has a header that only v3 has, else by its content (v2 is XML), and by its
 * declared type if the body is empty. Decides which check is made and the form of the answer, never whether it is checked.
 */
export function protocolOf({ headers, body }: NoticeBytes): Protocol {
  if (V3_HEADERS.some((name) => headers.get(name) !== null)) return "v3";
  const first = body.find((byte) => !BLANKS.has(byte));
  if (first === undefined) return /\bxml\b/i.test(headers.get("content-type") ?? "") ? "v2" : "v3";
  return first === OPENING_BRACKET ? "v2" : "v3";
}
