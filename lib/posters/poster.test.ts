import { inflateSync } from "node:zlib";
import fc from "fast-check";
import jsQR from "jsqr";
import { describe, expect, test } from "vitest";
import type { PosterQuery } from "#lib/contract/collection-code.ts";
import { fitText, widthOf } from "./fit-text.ts";
import { type PosterFacts, posterPdf, posterSvg } from "./index.ts";

// Goal: what is printed leads where it should, is of the paper's size, and holds its texts as they are.
// Method: the code's squares are read out of both files, painted, and looked at as a camera would.

const URL_OF_CODE = "https://pay.example.com/c/7k3m9pqrtvwx";
const facts = (more: Partial<PosterFacts["code"]> & { merchant?: string; sandbox?: boolean } = {}): PosterFacts => {
  const { merchant = "灵付咖啡", sandbox = false, ...code } = more;
  return {
    code: { code: "7k3m9pqrtvwx", url: URL_OF_CODE, label: "一号收银台", amount: null, ...code },
    merchant,
    sandbox,
  };
};
const A6: PosterQuery = { size: "a6", lang: "zh-CN" };
const A4: PosterQuery = { size: "a4", lang: "zh-CN" };

interface Square {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
const PIXELS = 4;

/** Squares on white with the quiet zone that they have in the file. */
function scan(squares: readonly Square[]): string | null {
  const modules = Math.max(...squares.map(({ x, width }) => x + width)) + Math.min(...squares.map(({ x }) => x));
  const side = modules * PIXELS;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const { x, y, width } of squares) {
    for (let row = y * PIXELS; row < (y + 1) * PIXELS; row++) {
      for (let column = x * PIXELS; column < (x + width) * PIXELS; column++)
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return jsQR(pixels, side, side)?.data ?? null;
}

const squaresOfSvg = (svg: string): Square[] =>
  [...(/ d="([^"]+)"/.exec(svg)?.[1] ?? "").matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }));

/** The streams of a PDF that hold what is drawn, unpacked. */
function drawingOf(pdf: Uint8Array): string {
  const file = Buffer.from(pdf);
  const text = file.toString("latin1");
  const streams = [...text.matchAll(/stream\r?\n/g)].map(({ index, 0: word }) => {
    const start = index + word.length;
    try {
      return inflateSync(file.subarray(start, text.indexOf("endstream", start))).toString("latin1");
    } catch {
      return "";
    }
  });
  return streams.find((stream) => stream.includes("BT")) ?? "";
}

const squaresOfPdf = (pdf: Uint8Array): Square[] =>
  [...drawingOf(pdf).matchAll(/(\d+) (\d+) m\n(\d+) \2 l\n\3 (\d+) l\n\1 \4 l\nh/g)].map(([, x, y, right]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(right) - Number(x),
  }));

describe("the code", () => {
  test.each([
    ["a6", A6],
    ["a4", A4],
  ])("leads to the code's own page, from either file of %s", async (_size, query) => {
    expect(scan(squaresOfSvg(posterSvg(facts(), query)))).toBe(URL_OF_CODE);
    expect(scan(squaresOfPdf(await posterPdf(facts(), query)))).toBe(URL_OF_CODE);
  });

  test("is still read when a fifth of its middle is dirty", () => {
    const squares = squaresOfSvg(posterSvg(facts(), A6));
    const side = Math.max(...squares.map(({ x, width }) => x + width));
    const clean = squares.filter(({ x, y }) => Math.abs(x - side / 2) > side / 9 || Math.abs(y - side / 2) > side / 9);
    expect(clean.length).toBeLessThan(squares.length);
    expect(scan(clean)).toBe(URL_OF_CODE);
  });

  test("has four light modules around it", () => {
    const squares = squaresOfSvg(posterSvg(facts(), A6));
    expect(Math.min(...squares.map(({ x }) => x))).toBe(4);
    expect(Math.min(...squares.map(({ y }) => y))).toBe(4);
  });
});

describe("the picture", () => {
  test("says what is to be said, in two languages", () => {
    const zh = posterSvg(facts({ amount: 128_800 }), A6);
    for (const text of ["灵付咖啡", "一号收银台", "¥1,288.00", "微信扫一扫付款", "pay.example.com · 7k3m 9pqr tvwx"]) {
      expect(zh).toContain(`>${text}</text>`);
    }
    expect(zh).not.toContain("沙箱");
    expect(posterSvg(facts(), { size: "a6", lang: "en" })).toContain(">Enter the amount after scanning</text>");
  });

  test("says in the sandbox that it is no real one", () => {
    expect(posterSvg(facts({ sandbox: true }), A6)).toContain("沙箱演示 · 不能真实收款");
  });

  test("is of the paper's size", () => {
    expect(posterSvg(facts(), A6)).toContain('width="105mm" height="148mm" viewBox="0 0 105 148"');
    expect(posterSvg(facts(), A4)).toContain('width="210mm" height="297mm" viewBox="0 0 210 297"');
  });

  test("holds any text without ceasing to be well-formed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (label) => {
        const svg = posterSvg(facts({ label, merchant: `${label}<script>&"'` }), A6);
        expect(svg).not.toContain("<script");
        // Nothing but elements of ours, texts without a bracket, and known entities.
        const rest = svg.replace(
          /<\?xml[^<>]*\?>|<\/?(?:svg|title|rect|g|path|text)(?: [\w:-]+="[^"<>&]*(?:&#39;[^"<>&]*)*")*\/?>/g,
          "",
        );
        expect(rest).not.toMatch(/[<>]/);
        expect(rest).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(svg)).toBe(false);
      }),
    );
  });
});

describe("the page", () => {
  test.each([
    [A6, "297.637795 419.527559"],
    [A4, "595.275591 841.889764"],
  ])("is one, of exactly its size, with the glyphs that it uses and no picture: %j", async (query, size) => {
    const pdf = await posterPdf(facts({ amount: 1 }), query);
    const text = Buffer.from(pdf).toString("latin1");
    expect(text).toMatch(/\/Count 1\b/);
    expect(text).toContain(`/MediaBox [0 0 ${size}]`);
    expect(text).toContain("/FontFile2");
    expect(text).not.toContain("/Subtype /Image");
    expect(pdf.length).toBeLessThan(60_000);
  });
});

describe("texts in their room", () => {
  const room = { width: 91, lines: 2, size: 9, sizeMin: 4 };

  test("never leave it, and lose no character before an ellipsis", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }), (text) => {
        const lines = fitText(text, room);
        expect(lines.length).toBeLessThanOrEqual(room.lines);
        for (const line of lines) {
          expect(widthOf(line.text) * line.size).toBeLessThanOrEqual(room.width + 0.001);
          expect(line.size).toBeGreaterThanOrEqual(room.sizeMin);
        }
        const whole = lines.map((line) => line.text).join("");
        const plain = (words: string) => words.replace(/\s/g, "");
        if (!whole.endsWith("…")) expect(plain(whole)).toBe(plain(text));
      }),
    );
  });

  test("are as large as they may be, then smaller, then in two lines, then cut", () => {
    expect(fitText("灵付咖啡", room)).toEqual([{ text: "灵付咖啡", size: 9 }]);
    const [smaller, ...none] = fitText("灵付咖啡静安寺旗舰店铺一号", room);
    expect([none.length, (smaller?.size ?? 9) < 9]).toEqual([0, true]);
    expect(fitText("老王家的牛肉面（上海市静安区南京西路旗舰店）有限公司", room)).toHaveLength(2);
    expect(fitText("长".repeat(80), room).at(-1)?.text).toMatch(/…$/);
    expect(
      fitText("Lingfu Coffee Roasters and Bakery International", { ...room, sizeMin: 6 }).map(({ text }) => text),
    ).toEqual(["Lingfu Coffee Roasters", "and Bakery International"]);
  });
});
