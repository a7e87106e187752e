import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";
import { exclusiveOr, MASKS, type ModuleRows, maskPenalty, moduleRows } from "./qr-mask.ts";

/** Light modules around a code, without which cameras look for it in vain. */
const QUIET_MODULES = 4;

export interface QrCode {
  /** Modules a side, with the quiet zone. */
  readonly size: number;
  /** From top to bottom; true is dark. */
  readonly rows: readonly (readonly boolean[])[];
}

/**
 * A QR code for files: pictures, posters, PDF. {@link drawQr} draws the pay page's, qrcode.react those of the dashboard.
 * @param loss `paper`: a quarter of the code may be lost to dirt and wear; `screen`: 15 %
 */
export function encodeQr(text: string, loss: "screen" | "paper"): QrCode {
  const ecc = loss === "paper" ? "Q" : "M";
  const { data, size } = encode(text, { ecc, boostEcc: loss === "paper", border: QUIET_MODULES });
  return { size, rows: data };
}

/** The dark modules as an SVG path, one rectangle per dark run of a row: fewer shapes, and no hairlines between neighbours. */
export const qrPath = ({ rows }: QrCode): string =>
  rows
    .map((row, y) =>
      darkRuns(row)
        .map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)
        .join(""),
    )
    .join("");

function darkRuns(row: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = [];
  for (const [at, dark] of row.entries()) {
    const last = runs.at(-1);
    if (!dark) continue;
    if (last !== undefined && last[0] + last[1] === at) last[1]++;
    else runs.push([at, 1]);
  }
  return runs;
}

/** A code as a drawing of `size` × `size` units. */
export interface DrawnQr {
  readonly size: number;
  /** One line, a unit wide, through the dark modules of each row: half as long as their outlines. */
  readonly path: string;
}

/** The last ones: a page that is loaded again, or drawn anew, shows the same code. */
const drawn = new Map<string, DrawnQr>();
const DRAWN_MAX = 2_000;

/** The code of a pay page, which is drawn for each visit: with its quiet zone, as quickly and as briefly as can be. */
export function drawQr(text: string): DrawnQr {
  const known = drawn.get(text);
  if (known !== undefined) return known;
  if (drawn.size >= DRAWN_MAX) drawn.clear();
  const made = drawLines(withBestMask(text));
  drawn.set(text, made);
  return made;
}

function drawLines({ size, isDark }: EncodedQr): DrawnQr {
  let path = `M${QUIET_MODULES} ${QUIET_MODULES}.5`;
  for (let y = 0; y < size; y++) {
    let at = 0;
    for (let x = 0; x < size; x++) {
      if (!isDark(x, y)) continue;
      const start = x;
      while (x + 1 < size && isDark(x + 1, y)) x++;
      path += start === at ? `h${x + 1 - at}` : `m${start - at} 0h${x + 1 - start}`;
      at = x + 1;
    }
    if (y + 1 < size) path += `m-${at} 1`;
  }
  return { size: size + 2 * QUIET_MODULES, path };
}

interface EncodedQr {
  readonly size: number;
  readonly isDark: (x: number, y: number) => boolean;
}

const ON_A_PAGE = { ecc: "M", boostEcc: false, border: 0 } as const;
const MASK_AT_FIRST = 0;

/** With the mask that is the best to read, in a quarter of the time that the encoder takes: see qr-mask.ts. */
function withBestMask(text: string): EncodedQr {
  const { version, size, data, types } = encode(text, { ...ON_A_PAGE, maskPattern: MASK_AT_FIRST });
  const masks = knownMasks.get(version) ?? masksOf(text, version);
  knownMasks.set(version, masks);
  const [first] = masks;
  if (first === undefined) throw new Error("a QR code has eight masks");
  const isData = (x: number, y: number) => types[y]?.[x] === DATA;
  const masked = moduleRows(size, (x, y) => isData(x, y) && data[y]?.[x] === true);
  const plain = exclusiveOr(masked, first.turned);
  let [best, least] = [first, Number.POSITIVE_INFINITY];
  for (const mask of masks) {
    const penalty = maskPenalty(exclusiveOr(exclusiveOr(plain, mask.turned), mask.fixed));
    if (penalty < least) [best, least] = [mask, penalty];
  }
  const { turns, isFixed } = best;
  return {
    size,
    isDark: (x, y) => (isData(x, y) ? (data[y]?.[x] === true) !== (first.turns(x, y) !== turns(x, y)) : isFixed(x, y)),
  };
}

/** What the encoder calls a module that is neither a corner nor says how to read the code. */
const DATA = 0;

/** What a mask turns of the data, and what is fixed under it: the corners, and the bits that name it. */
interface QrMask {
  readonly turns: EncodedQr["isDark"];
  readonly turned: ModuleRows;
  readonly isFixed: EncodedQr["isDark"];
  readonly fixed: ModuleRows;
}

/** By version. */
const knownMasks = new Map<number, readonly QrMask[]>();

const masksOf = (text: string, version: number): QrMask[] =>
  MASKS.map((turns, maskPattern) => {
    const exact = { maskPattern, minVersion: version, maxVersion: version };
    const { size, data, types } = encode(text, { ...ON_A_PAGE, ...exact });
    const isFixed: EncodedQr["isDark"] = (x, y) => types[y]?.[x] !== DATA && data[y]?.[x] === true;
    const turned = moduleRows(size, (x, y) => types[y]?.[x] === DATA && turns(x, y));
    return { turns, turned, isFixed, fixed: moduleRows(size, isFixed) };
  });

const SVG_PIXELS = 240;

/** A file of its own, dark on white in every colour scheme. `title` is for screen readers. */
export function qrSvg(text: string, title: string): string {
  const code = encodeQr(text, "screen");
  const { size } = code;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SVG_PIXELS}" height="${SVG_PIXELS}" viewBox="0 0 ${size} ${size}" role="img">`,
    `<title>${title.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</title>`,
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/>`,
    `<path d="${qrPath(code)}" shape-rendering="crispEdges"/></svg>`,
  ].join("");
}

const PNG_PIXELS_PER_MODULE = 12;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG of two colours, for phones: they save pictures to the album, from where WeChat reads them. */
export function qrPng(text: string): Uint8Array {
  const { rows, size } = encodeQr(text, "screen");
  const width = size * PNG_PIXELS_PER_MODULE;
  const lines = rows.flatMap((modules) => {
    const line = Buffer.alloc(1 + Math.ceil(width / 8));
    modules.forEach((dark, module) => {
      if (dark) return;
      for (let x = module * PNG_PIXELS_PER_MODULE; x < (module + 1) * PNG_PIXELS_PER_MODULE; x++) {
        line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      }
    });
    return Array.from({ length: PNG_PIXELS_PER_MODULE }, () => line);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1; // one bit a pixel, grey
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.concat(lines))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
