import fc from "fast-check";
import jsQR from "jsqr";
import { expect, test } from "vitest";
import { barcodeSvg, qrModules } from "./code-images.ts";

function scan(digits: string): string | undefined {
  const modules = qrModules(digits);
  const zoom = 4;
  const quiet = 4;
  const size = (modules.length + 2 * quiet) * zoom;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const dark = modules[Math.floor(y / zoom) - quiet]?.[Math.floor(x / zoom) - quiet] === true;
      if (dark) pixels.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
    }
  }
  return jsQR(pixels, size, size)?.data;
}

test("a scanner reads every payment code from the QR", () => {
  const codes = fc.stringMatching(/^1[0-5][0-9]{16}$/);
  fc.assert(
    fc.property(codes, (code) => scan(code) === code),
    { numRuns: 50 },
  );
});

test("the bar code is Code 128 C: start, pairs, checksum, stop", () => {
  // 1 2 3 … by hand: (105 + 1×12 + 2×34) mod 103 = 82.
  const widths = ["211232", "112232", "131123", "121241", "2331112"].join("");
  const bars = [...barcodeSvg("1234").matchAll(/M(\d+) 0h(\d+)/g)].map(([, x, width]) => [Number(x), Number(width)]);
  let x = 10;
  const expected: number[][] = [];
  for (const [index, width] of [...widths].map(Number).entries()) {
    if (index % 2 === 0) expected.push([x, width]);
    x += width;
  }
  expect(bars).toEqual(expected);
});

test("a hundred pairs are a hundred symbols of eleven modules each", () => {
  const drawn = new Map<string, number>();
  for (let value = 0; value < 100; value++) {
    const path = barcodeSvg(String(value).padStart(2, "0"));
    const bars = [...path.matchAll(/M(\d+) 0h(\d+)/g)].map(([, x, width]) => [Number(x), Number(width)] as const);
    const symbol = bars.slice(3, 6);
    // Bars of Code 128 cover an even number of modules: a mistyped width would show.
    expect(symbol.reduce((sum, [, width]) => sum + width, 0) % 2).toBe(0);
    expect([symbol[0]?.[0], bars[6]?.[0]]).toEqual([21, 32]);
    drawn.set(symbol.map(([x, width]) => `${x}:${width}`).join(" "), value);
  }
  expect(drawn.size).toBe(100);
});
