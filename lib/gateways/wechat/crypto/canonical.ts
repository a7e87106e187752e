// The exact texts that WeChat Pay v3 signs. Source: wechatpay.md §2, §3.1, §7.

export interface RequestText {
  readonly method: "GET" | "POST";
  /** Path and query exactly as sent, without the host. */
  readonly path: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Exactly as sent; empty when there is none. */
  readonly body: string;
}

export const requestText = ({ method, path, timestamp, nonce, body }: RequestText): string =>
  `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`;

const LINE_FEED = 0x0a;

/** The bytes under the signature of an answer or a notice: the body is taken as it came, never decoded. */
export function signedBytes({ timestamp, nonce }: Pick<RequestText, "timestamp" | "nonce">, body: Uint8Array): Buffer {
  const head = `${timestamp}\n${nonce}\n`;
  const headBytes = Buffer.byteLength(head);
  const all = Buffer.allocUnsafe(headBytes + body.length + 1);
  all.write(head);
  all.set(body, headBytes);
  all[all.length - 1] = LINE_FEED;
  return all;
}

export interface BridgeText {
  readonly appId: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The full value, `prepay_id=…`. */
  readonly package: string;
}

export const bridgeText = ({ appId, timestamp, nonce, package: prepay }: BridgeText): string =>
  `${appId}\n${timestamp}\n${nonce}\n${prepay}\n`;

export interface AuthorizationFields {
  readonly merchantNumber: string;
  readonly serialNo: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly signature: string;
}

export const authorizationHeader = (fields: AuthorizationFields): string =>
  `WECHATPAY2-SHA256-RSA2048 mchid="${fields.merchantNumber}",nonce_str="${fields.nonce}",` +
  `signature="${fields.signature}",timestamp="${fields.timestamp}",serial_no="${fields.serialNo}"`;
