import { WEBHOOK_ANSWER_CHARS_MAX } from "#lib/base/webhook-limits.ts";

const MASK = "•••";
/** What receivers write into their error pages by mistake. */
const SECRETS: readonly RegExp[] = [
  // Our own forms, and bearer tokens of others.
  /\b(?:sk|whsec)_[A-Za-z0-9+/_=-]{8,}/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9+/._~=-]{8,}/gi,
  // Three parts of base64url: a JSON web token.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  /[A-Za-z0-9+/_-]{40,}={0,2}/g,
];
/** `"password": "…"`, `api_key=…`: the value goes, the name stays. */
const NAMED =
  /((?:pass(?:word|wd)?|secret|token|api[_-]?key|private[_-]?key|authorization|cookie|session)["']?\s*[:=]\s*["']?)([^"'\s,;&<>}]{1,512})/gi;
/** A mobile number of the mainland. */
const MOBILE = /(?<![0-9])1[3-9][0-9]{9}(?![0-9])/g;
const UNSHOWABLE = /(?![\n\t])\p{Cc}/gu;

/** The beginning of an answer's text, as the log may keep it: without what looks like a secret. Null for an empty one. */
export function maskAnswer(text: string): string | null {
  // Cut first, generously, so that no pattern walks through a long answer; a secret at the cut is masked by its beginning.
  let kept = text
    .slice(0, WEBHOOK_ANSWER_CHARS_MAX * 2)
    .toWellFormed()
    .replace(UNSHOWABLE, "");
  for (const secret of SECRETS) kept = kept.replace(secret, MASK);
  kept = kept.replace(NAMED, `$1${MASK}`).replace(MOBILE, MASK).trim();
  return kept === "" ? null : [...kept].slice(0, WEBHOOK_ANSWER_CHARS_MAX).join("");
}
