import iconv from "iconv-lite";

// What stands on paper, line by line. A receipt printer knows cells, not pixels: one for a letter of ASCII, two for a character of
// GBK, the character set that Chinese receipt printers hold.

export type PaperWidth = 58 | 80;
/** Cells of a line: 384 and 576 dots at 12 dots a cell. */
export const COLUMNS: Readonly<Record<PaperWidth, number>> = { 58: 32, 80: 48 };

/** A part of a document, whatever the paper's width. */
export type PaperPart =
  | { readonly kind: "text"; readonly text: string; readonly look?: "title" | "centre" | "bold" }
  | { readonly kind: "pair"; readonly left: string; readonly right: string; readonly isBold?: boolean }
  | { readonly kind: "rule" }
  | { readonly kind: "qr"; readonly content: string };

/** A line as it is printed; a wide one has cells of double width and height. */
export type PaperLine =
  | { readonly kind: "line"; readonly text: string; readonly isBold: boolean; readonly isWide: boolean }
  | { readonly kind: "qr"; readonly content: string };

/** The same text in what the printer has: a character that GBK lacks becomes `?`, control characters become spaces. */
const printable = (text: string): string =>
  iconv.decode(
    iconv.encode(
      text
        .normalize("NFC")
        .replaceAll("¥", "￥")
        .replaceAll("€", "EUR")
        .replaceAll("−", "-")
        .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
        .replaceAll(/\p{Extended_Pictographic}/gu, "?"),
      "gbk",
    ),
    "gbk",
  );

const cellsOfCharacter = (character: string): number => (character <= "\u007f" ? 1 : 2);
export const cellsOf = (text: string): number =>
  [...text].reduce((cells, character) => cells + cellsOfCharacter(character), 0);

/** Pieces of at most so many cells; a character of two cells is never cut. */
function wrap(text: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let cells = 0;
  for (const character of text) {
    const more = cellsOfCharacter(character);
    if (cells + more > columns) {
      pieces.push(piece);
      piece = "";
      cells = 0;
    }
    piece += character;
    cells += more;
  }
  return [...pieces, piece];
}

const padded = (text: string, columns: number): string => " ".repeat(Math.max(0, columns - cellsOf(text))) + text;
const centred = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, Math.floor((columns - cellsOf(text)) / 2))) + text;

/** A document on paper of this width. */
export function layOut(parts: readonly PaperPart[], width: PaperWidth): PaperLine[] {
  return parts.flatMap((part) => linesOf(part, COLUMNS[width]));
}

function linesOf(part: PaperPart, columns: number): PaperLine[] {
  switch (part.kind) {
    case "qr":
      return [part];
    case "rule":
      return [plain("-".repeat(columns))];
    case "pair":
      return pairLines(part, columns).map((text) => plain(text, part.isBold));
    case "text":
      return textLines(part, columns);
  }
}

const plain = (text: string, isBold = false): PaperLine => ({ kind: "line", text, isBold, isWide: false });

function textLines({ text, look }: Extract<PaperPart, { kind: "text" }>, columns: number): PaperLine[] {
  const shown = printable(text);
  if (look === "title") {
    const half = columns / 2;
    return wrap(shown, half).map((piece) => ({
      kind: "line",
      text: centred(piece, half),
      isBold: true,
      isWide: true,
    }));
  }
  const pieces = wrap(shown, columns);
  return pieces.map((piece) => plain(look === "centre" ? centred(piece, columns) : piece, look === "bold"));
}

/** Left and right on one line where they fit; otherwise the right one ends the last line of the left one, or the next. */
function pairLines({ left, right }: Extract<PaperPart, { kind: "pair" }>, columns: number): string[] {
  const [name, value] = [printable(left), printable(right)];
  const pieces = wrap(name, columns);
  const last = pieces.pop() ?? "";
  const room = columns - cellsOf(last);
  if (cellsOf(value) < room) return [...pieces, last + padded(value, room)];
  return [...pieces, last, ...wrap(value, columns).map((piece) => padded(piece, columns))];
}
