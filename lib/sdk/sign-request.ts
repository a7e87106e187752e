export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as they are sent. */
  readonly target: string;
  readonly body: string;
}

export interface SigningKey {
  readonly id: string;
  /** The whole `sk_…` text. */
  readonly secret: string;
}

interface Moment {
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly nonce: string;
}

/** `Authorization` of a signed request: HMAC-SHA256 over method, target, timestamp, nonce and body. */
export async function signRequest(
  { method, target, body }: SignedRequest,
  { id, secret }: SigningKey,
  { timestamp, nonce }: Moment,
): Promise<string> {
  const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  const signature = base64(await hmacSha256(utf8(secret), utf8(text)));
  return `PAY-HMAC-SHA256 key_id="${id}",nonce="${nonce}",timestamp="${timestamp}",signature="${signature}"`;
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const hmacKey = (secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

const hmacSha256 = async (
  secret: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(secret), text));

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
