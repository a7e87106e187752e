import { fen, formatYuan } from "#lib/base/fen.ts";
import type { CollectionCodeView, PosterQuery } from "#lib/contract/collection-code.ts";
import { encodeQr, qrPath } from "#lib/qr-code.ts";
import { textsIn } from "#lib/texts/language.ts";
import { fitText, type Room } from "./fit-text.ts";
import type { Mark, Poster } from "./marks.ts";

export interface PosterFacts {
  readonly code: Pick<CollectionCodeView, "code" | "url" | "label" | "amount">;
  readonly merchant: string;
  /** No real money: the sign says so, and looks different. */
  readonly sandbox: boolean;
}

/** Our own; white on it keeps 4.9:1. */
const BRAND = "#06833f";
/** The dashboard's accent in sandbox mode. */
const SANDBOX = "#6b43bd";
const WHITE = "#ffffff";
const INK = "#131c17";
const SOFT = "#56625b";

const WIDTH = 105;
const HEIGHT = 148;
const MIDDLE = WIDTH / 2;
const MARGIN = 7;
const BAND = 40;
const CODE_SIDE = 62;
const CODE_TOP = 42;

/** The places of all marks; the same for both paper sizes and both file formats. */
export function layOutPoster({ code, merchant, sandbox }: PosterFacts, { size, lang }: PosterQuery): Poster {
  const words = textsIn(lang).poster;
  const price = code.amount === null ? words.free : priceText(code.amount);
  const a4 = size === "a4";
  const accent = sandbox ? SANDBOX : BRAND;
  return {
    language: lang,
    title: [words.title, merchant, code.label, code.amount === null ? null : price].filter(Boolean).join(" · "),
    width: a4 ? 2 * WIDTH : WIDTH,
    height: a4 ? 2 * HEIGHT + 1 : HEIGHT,
    scale: a4 ? 2 : 1,
    top: a4 ? 0.5 : 0,
    marks: [
      // Up to the edge of either paper.
      rectangle([0, -1, WIDTH, BAND + 1], accent),
      ...(sandbox
        ? centred(words.sandbox, { at: 6, room: { width: 80, lines: 1, size: 3.6, sizeMin: 3 } }, WHITE)
        : []),
      ...centred(merchant, { at: 18, room: { width: WIDTH - 2 * MARGIN, lines: 2, size: 9, sizeMin: 4.4 } }, WHITE),
      ...centred(
        code.label,
        { at: 32.5, room: { width: WIDTH - 2 * MARGIN, lines: 2, size: 5.6, sizeMin: 3.6 } },
        WHITE,
      ),
      codeMark(code.url),
      ...centred(price, { at: 110, room: priceRoom(code.amount) }, INK),
      rectangle([MIDDLE - 37, 120, 74, 13], accent, 6.5),
      ...centred(words.scan, { at: 126.5, room: { width: 66, lines: 1, size: 6, sizeMin: 4 } }, WHITE),
      ...foot(code),
    ],
  };
}

const priceText = (amount: number): string => `¥${formatYuan(fen(amount)).replace(/\B(?=(\d{3})+\.)/g, ",")}`;
const priceRoom = (amount: number | null): Room =>
  amount === null
    ? { width: WIDTH - 2 * MARGIN, lines: 1, size: 5.4, sizeMin: 3.6 }
    : { width: WIDTH - 2 * MARGIN, lines: 1, size: 10, sizeMin: 6 };

type Box = readonly [x: number, y: number, width: number, height: number];

const rectangle = ([x, y, width, height]: Box, fill: string, radius = 0): Mark => ({
  kind: "rectangle",
  x,
  y,
  width,
  height,
  radius,
  fill,
});

const LEADING = 1.3;
/** From the middle of a line of capitals or Chinese characters down to where it stands. */
const DROP = 0.36;

/** Lines one below the other, their middle at `at`. */
function centred(text: string, { at, room }: { at: number; room: Room }, fill: string): Mark[] {
  const lines = fitText(printable(text), room);
  return lines.map(({ text: line, size }, index) => {
    const middle = at + (index - (lines.length - 1) / 2) * size * LEADING;
    return { kind: "text", x: MIDDLE, y: middle + DROP * size, text: line, size, bold: true, fill };
  });
}

/** Pictures that no printed font has, and signs that no printed page has. */
const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\p{Extended_Pictographic}(?<![©®™])/gu, "")
    .replace(/\p{Cc}|\u200d|\ufe0e|\ufe0f|\ufffe|\uffff/gu, "")
    .replace(/\s+/g, " ")
    .trim();

function codeMark(url: string): Mark {
  const code = encodeQr(url, "paper");
  const scale = CODE_SIDE / code.size;
  return { kind: "path", path: qrPath(code), x: MIDDLE - CODE_SIDE / 2, y: CODE_TOP, scale, fill: INK };
}

/** Where the code leads, so that a shopper can tell ours from one pasted over it. */
function foot({ code, url }: PosterFacts["code"]): Mark[] {
  const text = `${new URL(url).host} · ${code.match(/.{4}/g)?.join(" ") ?? code}`;
  const [line = { text, size: 2.8 }] = fitText(text, { width: WIDTH - 2 * MARGIN, lines: 1, size: 2.8, sizeMin: 2 });
  return [{ kind: "text", x: MIDDLE, y: 141.5, bold: false, fill: SOFT, ...line }];
}
