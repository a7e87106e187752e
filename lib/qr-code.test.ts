import { createHash } from "node:crypto";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { drawQr, encodeQr, qrPath, qrPng, qrSvg } from "./qr-code.ts";

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

/** The modules that the one line of a drawing goes through. */
function modulesOf({ size, path }: ReturnType<typeof drawQr>): boolean[][] {
  const modules = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  let [x, y] = [0, 0];
  for (const [, command = "", text = ""] of path.matchAll(/([Mmh])([^Mmh]*)/g)) {
    const [across = 0, down = 0] = text.split(" ").map(Number);
    if (command === "h") modules[Math.floor(y)]?.fill(true, x, x + across);
    [x, y] = command === "M" ? [across, down] : [x + across, y + down];
  }
  return modules;
}

const CODES = Array.from({ length: 60 }, (_, at) => {
  const text = createHash("sha256").update(String(at)).digest("base64url");
  return `weixin://wxpay/bizpayurl?pr=${text.slice(0, at % 40)}`;
});

test("a pay page's code is read, and mostly has the very mask that the encoder takes its time to choose", () => {
  const isTheSame = CODES.map((text) => {
    const drawn = drawQr(text);
    const modules = modulesOf(drawn);
    const outlines = modules
      .map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join(""))
      .join("");
    const { pixels, side } = paint(outlines, drawn.size);
    expect(jsQR(pixels, side, side)?.data, text).toBe(text);
    const { rows } = encodeQr(text, "screen");
    expect(drawn.size).toBe(rows.length);
    expect(drawn.path.length).toBeLessThan(qrPath({ size: drawn.size, rows }).length * 0.6);
    return JSON.stringify(modules) === JSON.stringify(rows);
  });
  expect(isTheSame.filter(Boolean).length).toBeGreaterThan(CODES.length / 3);
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
