// Which of the eight masks of a QR code is the best to read (ISO/IEC 18004, 7.8). Encoders weigh them module by module in half
// a millisecond, which was a third of what a pay page cost. Here a row is one number, and a mask takes some microseconds.
// WeChat's codes have 29 or 33 modules a side; of larger ones the first 32 rows and columns are weighed, which says as much.

const WEIGHED_MAX = 32;

/** Bit x of row y is the module at (x, y), and bit y of column x. */
export interface ModuleRows {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

type Turns = (x: number, y: number) => boolean;
/** Whether a mask turns the module at this place. */
export const MASKS: readonly Turns[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

export function moduleRows(size: number, isDark: Turns): ModuleRows {
  const weighed = Math.min(size, WEIGHED_MAX);
  const [rows, columns] = [new Array<number>(weighed).fill(0), new Array<number>(weighed).fill(0)];
  for (let y = 0; y < weighed; y++) {
    for (let x = 0; x < weighed; x++) {
      if (!isDark(x, y)) continue;
      rows[y] = (rows[y] ?? 0) | (1 << x);
      columns[x] = (columns[x] ?? 0) | (1 << y);
    }
  }
  return { rows, columns };
}

export const exclusiveOr = (one: ModuleRows, other: ModuleRows): ModuleRows => ({
  rows: one.rows.map((row, at) => row ^ (other.rows[at] ?? 0)),
  columns: one.columns.map((column, at) => column ^ (other.columns[at] ?? 0)),
});

/** @returns the lower the better */
export function maskPenalty({ rows, columns }: ModuleRows): number {
  const size = rows.length;
  let [penalty, dark] = [0, 0];
  for (let at = 0; at < size; at++) {
    const row = rows[at] as number;
    penalty += linePenalty(row, size) + linePenalty(columns[at] as number, size);
    dark += bitCount(row);
    if (at + 1 < size) penalty += 3 * blocksBetween(row, rows[at + 1] as number, size);
  }
  const fromHalf = Math.abs(dark * 2 - size * size) / (size * size);
  return penalty + Math.floor(fromHalf * 10) * 10;
}

/** Bit x: the modules x and x + 1 look the same. */
const sameAsNext = (line: number, size: number): number => ~(line ^ (line >>> 1)) & ((1 << (size - 1)) - 1);

/** Runs of five and more of one colour, and what a camera takes for a corner: 1:1:3:1:1 with four light modules on one side. */
function linePenalty(line: number, size: number): number {
  const same = sameAsNext(line, size);
  const five = same & (same >>> 1) & (same >>> 2) & (same >>> 3);
  const runs = bitCount(five) + 2 * bitCount(five & ~(five << 1));
  const corner = line & ~(line >>> 1) & (line >>> 2) & (line >>> 3) & (line >>> 4) & ~(line >>> 5) & (line >>> 6);
  if (corner === 0) return runs;
  const lightBehind = ~((line >>> 7) | (line >>> 8) | (line >>> 9) | (line >>> 10));
  const lightBefore = ~((line << 1) | (line << 2) | (line << 3) | (line << 4));
  return runs + 40 * (bitCount(corner & lightBehind) + bitCount(corner & lightBefore));
}

const blocksBetween = (row: number, next: number, size: number): number =>
  bitCount(sameAsNext(row, size) & sameAsNext(next, size) & ~(row ^ next));

function bitCount(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
