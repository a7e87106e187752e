import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

/** Light modules around a code, without which cameras look for it in vain. */
const QUIET_MODULES = 4;

export interface QrCode {
  /** Modules a side, with the quiet zone. */
  readonly size: number;
  /** From top to bottom; true is dark. */
  readonly rows: readonly (readonly boolean[])[];
}

/**
 * A QR code for files: pictures, posters, PDF. Codes on pages are drawn by qrcode.react.
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
