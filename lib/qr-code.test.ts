import jsQR from "jsqr";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { encodeQr, qrPath, qrPng, qrSvg } from "./qr-code.ts";

// Goal: what is drawn is read by a camera as the text that was given.
// Method: each drawing is painted and read by an independent decoder.

const TEXTS = ["weixin://wxpay/bizpayurl?pr=FpWdXk7zz", "https://pay.example/pay/ord_01m82t2yv439dfwyzxeabcdefg", "1"];
const PIXELS = 4;

/** Paints the rectangles of a path on white. */
function paint(path: string, size: number) {
  const side = size * PIXELS;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x = 0, y = 0, length = 0] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let row = Number(y) * PIXELS; row < (Number(y) + 1) * PIXELS; row++) {
      const start = (row * side + Number(x) * PIXELS) * 4;
      for (let at = start; at < start + Number(length) * PIXELS * 4; at++) if (at % 4 < 3) pixels[at] = 0;
    }
  }
  return { pixels, side };
}

test.each(TEXTS)("the SVG of %s is read", (text) => {
  const svg = qrSvg(text, "Code <of> A & B");
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const { pixels, side } = paint(/<path d="([^"]+)"/.exec(svg)?.[1] ?? "", size);
  expect(jsQR(pixels, side, side)?.data).toBe(text);
  expect(svg).toContain("<title>Code &lt;of> A &amp; B</title>");
  expect(svg).toContain(`<path fill="#fff" d="M0 0h${size}v${size}H0z"/>`);
});

test.each(TEXTS)("the PNG of %s is read", (text) => {
  const { data, width, height } = PNG.sync.read(Buffer.from(qrPng(text)));
  expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(text);
});

test.each(["screen", "paper"] as const)("four light modules surround a code for %s", (loss) => {
  const code = encodeQr(TEXTS[0] ?? "", loss);
  const dark = code.rows.flatMap((row, y) => row.flatMap((module, x) => (module ? [x, y] : [])));
  expect([Math.min(...dark), Math.max(...dark)]).toEqual([4, code.size - 5]);
});

test("the path covers the dark modules and nothing else", () => {
  const code = encodeQr(TEXTS[1] ?? "", "paper");
  const drawn = code.rows.map((row) => row.map(() => false));
  for (const [, x = 0, y = 0, length = 0] of qrPath(code).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  expect(drawn).toEqual(code.rows);
});
