/** Whether a body is packed in some way. We take none: what a signature covers is what was sent, and limits count it. */
export const isEncoded = (contentEncoding: string | null | undefined): boolean =>
  contentEncoding !== null && contentEncoding !== undefined && !/^\s*(?:identity)?\s*$/i.test(contentEncoding);
