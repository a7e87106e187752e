import type { IncomingMessage } from "node:http";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a page of ours may take this request; Next then compares the same two headers and would answer 500. Behind a proxy
 * `Host` is often the upstream's, or lacks the port: an Origin that is PUBLIC_URL is ours whatever it says, and the header is
 * set right for what reads it next. Who opened the page by another name of this machine has that name in both.
 * @returns false when a page of another site sent it
 */
export function acceptOrigin(incoming: IncomingMessage, publicUrl: string): boolean {
  const { headers, method = "GET" } = incoming;
  const { origin } = headers;
  // Next prefers it to Host, and a proxy may pass on what a caller wrote.
  delete headers["x-forwarded-host"];
  if (origin === undefined || READS.has(method)) return true;
  if (!URL.canParse(origin)) return false;
  if (new URL(origin).origin === publicUrl) {
    headers.host = new URL(publicUrl).host;
    return true;
  }
  return new URL(origin).host === headers.host;
}

export const FOREIGN_FORM =
  "this form was sent from another address than PUBLIC_URL. Open the page at PUBLIC_URL and send it again.\n" +
  "403: 表单不是从 PUBLIC_URL 这个地址发出的。请从 PUBLIC_URL 打开页面，再提交一次。";
