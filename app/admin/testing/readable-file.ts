import { inflateRawSync, inflateSync } from "node:zlib";

/** What a file says, also what Excel and PDF have packed: for searching in it. */
export function readableFile(bytes: Uint8Array): string {
  const file = Buffer.from(bytes);
  const text = file.toString("latin1");
  if (text.startsWith("PK")) return zipEntries(file).join("\n");
  if (text.startsWith("%PDF-")) return `${text}\n${pdfText(file, text)}`;
  return file.toString("utf8");
}

const LOCAL_HEADER = Buffer.from("PK\u0003\u0004", "latin1");

function zipEntries(file: Buffer): string[] {
  const entries: string[] = [];
  for (let at = file.indexOf(LOCAL_HEADER); at >= 0; at = file.indexOf(LOCAL_HEADER, at + 4)) {
    const begin = at + 30 + file.readUInt16LE(at + 26) + file.readUInt16LE(at + 28);
    const isPacked = file.readUInt16LE(at + 8) === 8;
    entries.push((isPacked ? inflateRawSync(file.subarray(begin)) : file.subarray(begin)).toString("utf8"));
  }
  return entries;
}

/** Text of a PDF is written in the glyphs of its font; a table beside the font says which character each one is. */
function pdfText(file: Buffer, text: string): string {
  const streams = [...text.matchAll(/stream\r?\n/g)].flatMap(({ index, 0: word }) => {
    try {
      return [inflateSync(file.subarray(index + word.length)).toString("latin1")];
    } catch {
      return [];
    }
  });
  const fonts = streams.filter((stream) => stream.includes("beginbfrange")).map(charactersOf);
  const drawn = streams.filter((stream) => stream.includes("BT"));
  const words = drawn.flatMap((stream) => [...stream.matchAll(/\[(.*)\] TJ/g)].map(([, parts = ""]) => parts));
  const glyphs = words.map((parts) =>
    [...parts.matchAll(/<(\w*)>/g)].flatMap(([, hex = ""]) => hex.match(/.{4}/g) ?? []),
  );
  // By each font, since which one is in use stands elsewhere.
  return fonts
    .flatMap((font) => glyphs.map((word) => word.map((glyph) => font[Number.parseInt(glyph, 16)] ?? "").join("")))
    .join("\n");
}

const charactersOf = (table: string): string[] =>
  [...table.matchAll(/beginbfrange\s+<\w+> <\w+> \[([^\]]*)\]/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/<(\w*)>/g)].map(([, hex = ""]) => Buffer.from(hex, "hex").swap16().toString("utf16le")),
  );
