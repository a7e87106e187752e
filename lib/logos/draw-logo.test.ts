import { createHash } from "node:crypto";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { LOGO_BYTES_MAX, LOGO_UPLOAD_BYTES_MAX } from "#lib/base/limits.ts";
import { drawLogo } from "./draw-logo.ts";

// Goal: whatever file comes in, what goes out is a small PNG that we drew, or a reason.

const svg = (inside: string, attributes = 'viewBox="0 0 24 24"') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`);
const DISC = '<circle cx="12" cy="12" r="10" fill="#d4380d"/>';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#0a7" } });

async function sizeOf(bytes: Uint8Array): Promise<[number | undefined, number | undefined, string | undefined]> {
  const { width, height, format } = await sharp(bytes).metadata();
  return [width, height, format];
}

test("a large picture becomes a PNG of 256 px, named by its content", async () => {
  for (const file of [
    await picture(900, 300).png().toBuffer(),
    await picture(900, 300).jpeg().toBuffer(),
    await picture(900, 300).webp().toBuffer(),
  ]) {
    const drawn = await drawLogo(file);
    if (drawn.kind !== "drawn") throw new Error(drawn.reason);
    expect(await sizeOf(drawn.bytes)).toEqual([256, 85, "png"]);
    expect(drawn.bytes.length).toBeLessThanOrEqual(LOGO_BYTES_MAX);
    expect(drawn.hash).toBe(createHash("sha256").update(drawn.bytes).digest("hex").slice(0, 32));
  }
});

test("what a file says besides its pixels is gone", async () => {
  const withNote = await picture(64, 64)
    .withExif({ IFD0: { Copyright: "somebody's home address" } })
    .jpeg()
    .toBuffer();
  expect(withNote.includes("home address")).toBe(true);
  const drawn = await drawLogo(withNote);
  expect(drawn.kind === "drawn" && Buffer.from(drawn.bytes).includes("home address")).toBe(false);
});

test("a drawing of 24 units is drawn sharp, as pixels", async () => {
  const drawn = await drawLogo(svg(DISC));
  if (drawn.kind !== "drawn") throw new Error(drawn.reason);
  expect(await sizeOf(drawn.bytes)).toEqual([256, 256, "png"]);
  const middle = await sharp(drawn.bytes)
    .extract({ left: 128, top: 128, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer();
  expect([...middle]).toEqual([0xd4, 0x38, 0x0d]);
});

describe("a drawing that runs, loads or unfolds is refused", () => {
  test.each([
    ["a script", `${DISC}<script>alert(1)</script>`],
    ["a handler", '<circle r="5" onload="alert(1)"/>'],
    ["a foreign object", "<foreignObject><p>x</p></foreignObject>"],
    ["a picture from elsewhere", '<image href="https://evil.example/x.png"/>'],
    ["a file of this machine", '<image xlink:href="file:///etc/passwd"/>'],
    ["a use of another file", '<use href="https://evil.example/x.svg#a"/>'],
    ["a style from elsewhere", "<style>@import 'https://evil.example/x.css'</style>"],
    ["a fill from elsewhere", '<rect fill="url(https://evil.example/#a)"/>'],
    ["an animation", '<animate attributeName="r"/>'],
  ])("%s", async (_what, inside) => {
    expect(await drawLogo(svg(inside))).toEqual({ kind: "refused", reason: "active" });
  });

  test("entities", async () => {
    const bomb = Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>`);
    expect(await drawLogo(bomb)).toEqual({ kind: "refused", reason: "active" });
    const later = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><!ENTITY a "aaaa"></svg>`);
    expect(await drawLogo(later)).toEqual({ kind: "refused", reason: "active" });
  });
});

test.each([
  ["nothing", Buffer.alloc(0), "empty"],
  ["more than is taken", Buffer.alloc(LOGO_UPLOAD_BYTES_MAX + 1, 1), "large"],
  ["a PDF", Buffer.from("%PDF-1.7 "), "kind"],
  ["a GIF", Buffer.from("GIF89a"), "kind"],
  ["a page", Buffer.from("<html><svg></svg></html>"), "kind"],
  ["a PNG that stops", Buffer.from("89504e470d0a1a0a0000", "hex"), "broken"],
  ["a drawing with an end missing", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><g>'), "broken"],
] as const)("%s is refused as %s", async (_what, file, reason) => {
  expect(await drawLogo(file)).toEqual({ kind: "refused", reason });
});

test("a picture of more pixels than are unpacked is refused", async () => {
  const wide = await picture(4_200, 4_200).png().toBuffer();
  expect(wide.length).toBeLessThan(LOGO_UPLOAD_BYTES_MAX);
  expect(await drawLogo(wide)).toEqual({ kind: "refused", reason: "broken" });
});

test("noise, which does not compress, is drawn smaller until it is light", async () => {
  const noise = await sharp(
    Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, at) => (at * 7_919 * (at % 251)) % 256)),
    {
      raw: { width: 300, height: 300, channels: 3 },
    },
  )
    .jpeg({ quality: 80 })
    .toBuffer();
  const drawn = await drawLogo(noise);
  expect(drawn.kind === "drawn" && drawn.bytes.length <= LOGO_BYTES_MAX).toBe(true);
});
