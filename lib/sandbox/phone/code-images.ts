// Code 128, set C: two digits a symbol, as payment codes are printed.

/** Widths of bars and gaps in turn, for the values 0 to 105. */
const PATTERNS =
  "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232".split(
    " ",
  );
const START_C = 105;
const STOP = "2331112";
const BARCODE_QUIET = 10;
const BARCODE_HEIGHT = 60;

/** @param digits an even number of them */
export function barcodeSvg(digits: string): string {
  const pairs = (digits.match(/../g) ?? []).map(Number);
  const checksum = pairs.reduce((sum, value, index) => sum + value * (index + 1), START_C) % 103;
  const widths = [START_C, ...pairs, checksum].map((value) => PATTERNS[value] ?? "").join("") + STOP;
  let x = BARCODE_QUIET;
  let path = "";
  for (const [index, width] of [...widths].map(Number).entries()) {
    if (index % 2 === 0) path += `M${x} 0h${width}v${BARCODE_HEIGHT}h-${width}z`;
    x += width;
  }
  const size = x + BARCODE_QUIET;
  return `<svg viewBox="0 0 ${size} ${BARCODE_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="付款条形码"><path d="${path}"/></svg>`;
}

// A QR code of up to 27 digits: version 1 (21 × 21), error correction Q.

const SIZE = 21;
const DATA_BYTES = 13;
const CORRECTION_BYTES = 13;
const LEVEL_Q = 0b11;
/** Scanners take any of the eight masks, so the best one is not searched for. */
const MASK = 0;
const isMasked = (row: number, column: number): boolean => (row + column) % 2 === 0;
const QUIET = 4;

export function qrSvg(digits: string): string {
  const path = qrModules(digits)
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")))
    .join("");
  const size = SIZE + 2 * QUIET;
  return `<svg viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label="付款二维码"><path d="${path}"/></svg>`;
}

/** Rows of modules, true = dark. */
export function qrModules(digits: string): boolean[][] {
  const modules: (boolean | null)[][] = Array.from({ length: SIZE }, () => Array<boolean | null>(SIZE).fill(null));
  drawFixed(modules);
  drawFormat(modules);
  drawData(modules, withCorrection(dataBytes(digits)));
  return modules.map((row) => row.map((dark) => dark === true));
}

type Modules = (boolean | null)[][];

function set(modules: Modules, [row, column]: readonly [number, number], dark: boolean): void {
  const line = modules[row];
  if (line !== undefined && column >= 0 && column < SIZE) line[column] = dark;
}

/** The finder patterns in three corners, and the timing patterns. */
function drawFixed(modules: Modules): void {
  for (let at = 8; at < SIZE - 8; at++) {
    set(modules, [6, at], at % 2 === 0);
    set(modules, [at, 6], at % 2 === 0);
  }
  const corners = [
    [3, 3],
    [3, SIZE - 4],
    [SIZE - 4, 3],
  ] as const;
  for (const [row, column] of corners) {
    for (let down = -4; down <= 4; down++) {
      for (let right = -4; right <= 4; right++) {
        const ring = Math.max(Math.abs(down), Math.abs(right));
        set(modules, [row + down, column + right], ring !== 2 && ring !== 4);
      }
    }
  }
}

/** The format information, written twice, and the module that is always dark. */
function drawFormat(modules: Modules): void {
  const data = (LEVEL_Q << 3) | MASK;
  let rest = data << 10;
  for (let bit = 14; bit >= 10; bit--) if ((rest >> bit) & 1) rest ^= 0b10100110111 << (bit - 10);
  const format = ((data << 10) | rest) ^ 0b101010000010010;
  for (let bit = 0; bit < 15; bit++) {
    const dark = ((format >> bit) & 1) === 1;
    const row = bit < 6 ? bit : bit < 8 ? bit + 1 : SIZE - 15 + bit;
    const column = bit < 8 ? SIZE - 1 - bit : bit === 8 ? 7 : 14 - bit;
    set(modules, [row, 8], dark);
    set(modules, [8, column], dark);
  }
  set(modules, [SIZE - 8, 8], true);
}

function dataBytes(digits: string): number[] {
  const number = (value: number, bits: number) => value.toString(2).padStart(bits, "0");
  const groups = digits.match(/.{1,3}/g) ?? [];
  const text = groups.map((group) => number(Number(group), [0, 4, 7, 10][group.length] ?? 0)).join("");
  const bits = `0001${number(digits.length, 10)}${text}0000`.slice(0, DATA_BYTES * 8);
  const bytes = (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
  const padding = Array.from({ length: DATA_BYTES - bytes.length }, (_, index) => (index % 2 === 0 ? 0xec : 0x11));
  return [...bytes, ...padding];
}

/** Multiplication in GF(256) over x⁸+x⁴+x³+x²+1. */
function times(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ (product & 0x80 ? 0x11d : 0);
    if ((other >> bit) & 1) product ^= one;
  }
  return product & 0xff;
}

/** Reed–Solomon. */
function withCorrection(data: readonly number[]): number[] {
  let generator = [1];
  let root = 1;
  for (let degree = 0; degree < CORRECTION_BYTES; degree++) {
    const before = generator;
    generator = [...before, 0].map((value, index) => value ^ times(before[index - 1] ?? 0, root));
    root = times(root, 2);
  }
  const rest = [...data, ...Array<number>(CORRECTION_BYTES).fill(0)];
  for (let at = 0; at < data.length; at++) {
    const factor = rest[at] ?? 0;
    for (const [index, value] of generator.entries()) rest[at + index] = (rest[at + index] ?? 0) ^ times(value, factor);
  }
  return [...data, ...rest.slice(data.length)];
}

/** In pairs of columns from the right, up and down by turns, into free modules. */
function drawData(modules: Modules, bytes: readonly number[]): void {
  let bit = 0;
  for (let right = SIZE - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < SIZE; step++) {
      const row = isUpward ? SIZE - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (modules[row]?.[column] !== null) continue;
        const dark = (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        set(modules, [row, column], dark !== isMasked(row, column));
        bit += 1;
      }
    }
  }
}
