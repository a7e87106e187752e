// Promotion codes as people write them. Two that differ in case, spaces, dashes or full width are one code.

/** What separates groups of a code, or slips in when it is copied. */
const SEPARATORS = /[\s\u2000-\u2015\u2028\u2029\u2060\u2212\u3000\ufeff_.·-]/g;

/** By which codes are compared; `promotion_code_key` in Postgres does the same. Empty where nothing is left. */
export const codeKey = (code: string): string =>
  code
    .normalize("NFKC")
    .replace(SEPARATORS, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());

/** Of several codes, each once; what is no code at all is left out. */
export const keysOf = (codes: readonly string[]): string[] => [
  ...new Set(codes.map(codeKey).filter((key) => key !== "")),
];

/** No character that is mistaken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
export const CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
/** 23 to the tenth: 45 bits, so that among 100,000 codes one guess in 400 million finds one. */
export const CODE_RANDOM_CHARS = 10;
const GROUP_CHARS = 5;

/** `XMAS-37ACD-KMNPQ`. @param picks {@link CODE_RANDOM_CHARS} numbers below the alphabet's length, from a secure source */
export function formatCode(prefix: string, picks: readonly number[]): string {
  const text = picks.map((pick) => CODE_ALPHABET.charAt(pick)).join("");
  const groups = text.match(new RegExp(`.{1,${GROUP_CHARS}}`, "g")) ?? [];
  return [...(prefix === "" ? [] : [prefix]), ...groups].join("-");
}
