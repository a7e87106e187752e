import { CODE_STATES, type CodeListQuery } from "#lib/contract/promotion-codes.ts";

const CHARS_MAX = 64;

/** What of the address narrows the list of codes; the rest is left out. */
export function codeFilterOf(
  search: Readonly<Record<string, string | undefined>>,
): Pick<CodeListQuery, "q" | "state" | "cursor"> {
  const q = search.q?.trim().slice(0, CHARS_MAX);
  const { cursor } = search;
  return {
    q: q === undefined || q === "" ? undefined : q,
    state: CODE_STATES.find((state) => state === search.state),
    cursor: cursor !== undefined && /^\d{1,18}$/.test(cursor) ? cursor : undefined,
  };
}
