import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

const QUIET_MODULES = 4;
const PIXELS_PER_MODULE = 12;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * An address as a QR code in a PNG of two colours. A picture and not a drawing, because phones save pictures to the album,
 * from where WeChat reads them.
 */
export function drawLink(address: string): Uint8Array {
  const { data, size } = encode(address, { ecc: "M", border: QUIET_MODULES });
  const width = size * PIXELS_PER_MODULE;
  const rows = data.flatMap((modules) => {
    const row = Buffer.alloc(1 + Math.ceil(width / 8));
    modules.forEach((dark, module) => {
      if (dark) return;
      for (let x = module * PIXELS_PER_MODULE; x < (module + 1) * PIXELS_PER_MODULE; x++) {
        row[1 + (x >> 3)] = (row[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
      }
    });
    return Array.from({ length: PIXELS_PER_MODULE }, () => row);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1; // one bit a pixel, grey
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
