import { createHash } from "node:crypto";
import type { Sharp } from "sharp";
import { LOGO_BYTES_MAX, LOGO_PIXELS_MAX, LOGO_SIDE_PX, LOGO_UPLOAD_BYTES_MAX } from "#lib/base/limits.ts";

// A logo comes from a person's computer and goes to every shopper's screen, so nothing of the file itself is passed on: it is
// drawn anew by sharp (libvips) as a small PNG. An SVG is a document that may run scripts and load things; it is refused
// where it could, and what remains is drawn as well.

type LogoRefusal = "empty" | "large" | "kind" | "active" | "broken";

export type DrawnLogo =
  | { readonly kind: "drawn"; readonly bytes: Uint8Array<ArrayBuffer>; readonly hash: string }
  | { readonly kind: "refused"; readonly reason: LogoRefusal };

const refused = (reason: LogoRefusal): DrawnLogo => ({ kind: "refused", reason });

type LogoForm = "png" | "jpeg" | "webp" | "svg";

export async function drawLogo(file: Uint8Array): Promise<DrawnLogo> {
  if (file.length === 0) return refused("empty");
  if (file.length > LOGO_UPLOAD_BYTES_MAX) return refused("large");
  const form = formOf(file);
  if (form === null) return refused("kind");
  if (form === "svg" && isActive(Buffer.from(file).toString("utf8"))) return refused("active");
  try {
    for (const side of [LOGO_SIDE_PX, LOGO_SIDE_PX / 2]) {
      const bytes = await draw(file, form, side);
      if (bytes.length <= LOGO_BYTES_MAX) return { kind: "drawn", bytes, hash: hashOf(bytes) };
    }
    return refused("large");
  } catch {
    return refused("broken");
  }
}

/** 128 bits of SHA-256; the database checks it again. */
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 32);

/** By its first bytes; what a file or a browser calls it is not believed. */
function formOf(file: Uint8Array): LogoForm | null {
  const head = Buffer.from(file.subarray(0, 512));
  if (head.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"))) return "png";
  if (head.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"))) return "jpeg";
  if (head.toString("latin1", 0, 4) === "RIFF" && head.toString("latin1", 8, 12) === "WEBP") return "webp";
  const text = head.toString("utf8");
  return /^\uFEFF?\s*<(?:\?xml|!--|!doctype svg|svg)/i.test(text) && /<svg[\s>]/.test(text) ? "svg" : null;
}

/** Whether an SVG has parts that run, load or unfold. A drawing needs none of them. */
const isActive = (svg: string): boolean =>
  /<!(?:doctype|entity)|<\?xml-stylesheet|<\s*(?:\w+:)?(?:script|foreignobject|image|feimage|iframe|set|animate\w*)\b|\son\w+\s*=|href\s*=\s*["'](?!#)|url\(\s*["']?(?!#)|@import/i.test(
    svg,
  );

/** Loaded with the first logo: no other call needs it. Only the readers of these four forms stay usable. */
async function openSharp() {
  const { default: sharp } = await import("sharp");
  sharp.block({ operation: ["VipsForeignLoad"] });
  const forms = ["Png", "Jpeg", "Webp", "Svg"].map((form) => `VipsForeignLoad${form}Buffer`);
  sharp.unblock({ operation: forms });
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

async function draw(file: Uint8Array, form: LogoForm, side: number): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await openSharp();
  const isVector = form === "svg";
  const picture: Sharp = sharp(file, {
    limitInputPixels: LOGO_PIXELS_MAX,
    failOn: "error",
    pages: 1,
    ...(isVector ? { density: await densityFor(file, side) } : {}),
  });
  const drawn = await picture
    .timeout({ seconds: 5 })
    .rotate()
    .resize(side, side, { fit: "inside", withoutEnlargement: !isVector })
    .png({ compressionLevel: 9, palette: true, effort: 10 })
    .toBuffer();
  return Uint8Array.from(drawn);
}

const DENSITY = 72;

/** A drawing of 24 units is drawn at its final size, not drawn small and blown up. */
async function densityFor(file: Uint8Array, side: number): Promise<number> {
  const sharp = await openSharp();
  const { width = side, height = side } = await sharp(file, { limitInputPixels: LOGO_PIXELS_MAX }).metadata();
  return Math.max(1, Math.min(2_400, Math.ceil((DENSITY * side) / Math.max(1, width, height))));
}
