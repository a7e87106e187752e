import {
  DINING,
  EDUCATION,
  HEALTHCARE,
  PARKING,
  RETAIL,
  SERVICES,
  TOPUP,
  TRANSPORT,
  TRAVEL,
  UTILITIES,
} from "./lexicon.ts";
import { TEXT_KINDS, type TextKind } from "./text-features.ts";

const WORDS: Readonly<Record<TextKind, string>> = {
  dining: DINING,
  retail: RETAIL,
  healthcare: HEALTHCARE,
  education: EDUCATION,
  travel: TRAVEL,
  utilities: UTILITIES,
  parking: PARKING,
  transport: TRANSPORT,
  services: SERVICES,
  topup: TOPUP,
};

interface LexiconEntry {
  readonly kinds: number[];
  readonly endOnly: boolean;
}

const entries = new Map<string, LexiconEntry>();
/** Word lengths per first character, longest first: most positions of a text are passed without a look-up. */
const lengths = new Map<string, number[]>();

/** The words of a kind as they can be taught: without marks and remarks. */
export const lexiconWords = (kind: TextKind): string[] =>
  [...new Set(WORDS[kind].split(/\s+/).filter((word) => word !== "" && !word.includes("(")))].map((word) =>
    word.replace("$", ""),
  );

function load(): void {
  TEXT_KINDS.forEach((kind, index) => {
    for (const listed of WORDS[kind].split(/\s+/)) {
      if (listed === "" || listed.includes("(")) continue;
      const endOnly = listed.endsWith("$");
      const word = endOnly ? listed.slice(0, -1) : listed;
      const entry = entries.get(word);
      if (entry === undefined) entries.set(word, { kinds: [index], endOnly });
      else if (!entry.kinds.includes(index)) entry.kinds.push(index);
      const first = word.charAt(0);
      const known = lengths.get(first) ?? [];
      if (!known.includes(word.length))
        lengths.set(
          first,
          [...known, word.length].sort((a, b) => b - a),
        );
    }
  });
}
load();

const isLetter = (character: string): boolean => /[a-z]/.test(character);

/** Words of Latin letters must stand alone: `ct` is a scan, but not inside "product". */
function standsAlone(text: string, at: number, end: number): boolean {
  const cutBefore = at > 0 && isLetter(text.charAt(at)) && isLetter(text.charAt(at - 1));
  return !cutBefore && !(isLetter(text.charAt(end - 1)) && isLetter(text.charAt(end)));
}

const WEIGHT_BY_LENGTH = [0, 0.6, 1.6, 2.3, 2.8, 3.2];
const weightOf = (length: number): number => WEIGHT_BY_LENGTH[Math.min(length, 5)] ?? 0;
/** The head of a Chinese noun stands last: 动物医院 is a hospital, 医院停车费 is parking. */
const HEAD = 1.8;
const SCORE_MAX = 7;
const AFTER_HEAD = /^[\s()[\]0-9*·\-_/,.;:]/;
const COMPANY = /(?:\(?集团\)?)?(?:股份)?有限(?:责任)?公司$|\(股\)$|股份$|\([^()]{1,12}店\)$/;

function matchAt(text: string, at: number): { entry: LexiconEntry; end: number; isHead: boolean } | null {
  for (const length of lengths.get(text.charAt(at)) ?? []) {
    const end = at + length;
    if (end > text.length) continue;
    const entry = entries.get(text.slice(at, end));
    if (entry === undefined || !standsAlone(text, at, end)) continue;
    const isHead = end === text.length || AFTER_HEAD.test(text.slice(end, end + 1));
    if (!entry.endOnly || isHead) return { entry, end, isHead };
  }
  return null;
}

/**
 * The lexicon's opinion: evidence per kind in the order of `TEXT_KINDS`, 0 where no word speaks for it.
 * @param prepared what `prepareText` gave
 */
export function readLexicon(prepared: string): number[] {
  const text = prepared.replace(COMPANY, "");
  const scores = TEXT_KINDS.map(() => 0);
  for (let at = 0; at < text.length; ) {
    const match = matchAt(text, at);
    if (match === null) {
      at++;
      continue;
    }
    const share = (weightOf(match.end - at) * (match.isHead ? HEAD : 1)) / match.entry.kinds.length;
    for (const kind of match.entry.kinds) scores[kind] = Math.min(SCORE_MAX, (scores[kind] ?? 0) + share);
    at = match.end;
  }
  return scores;
}
