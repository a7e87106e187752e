import path from "node:path";
import { textsIn } from "#lib/texts/language.ts";
import type { Mark, Poster } from "./marks.ts";

const POINTS_PER_MM = 72 / 25.4;

const fontFile = (weight: "400Regular" | "700Bold"): string =>
  path.join(process.cwd(), "node_modules", "@expo-google-fonts", "noto-sans-sc", weight, `NotoSansSC_${weight}.ttf`);

/**
 * The poster as one vector page of exactly its paper's size. The font's glyphs that it uses are in it, so that it looks the
 * same wherever it is printed.
 */
export async function drawPdf(poster: Poster): Promise<Uint8Array> {
  const { width, height, language, title, scale, top, marks } = poster;
  const { default: PDFDocument } = await import("pdfkit");
  const page = new PDFDocument({
    size: [width * POINTS_PER_MM, height * POINTS_PER_MM],
    margin: 0,
    font: fontFile("400Regular"),
    lang: language,
    displayTitle: true,
    info: { Title: title, Creator: textsIn(language).about.product },
  });
  const ended = collect(page);
  page.registerFont("regular", fontFile("400Regular")).registerFont("bold", fontFile("700Bold"));
  page.scale(POINTS_PER_MM).translate(0, top).scale(scale);
  for (const mark of marks) drawMark(page, mark);
  page.end();
  return ended;
}

function drawMark(page: PDFKit.PDFDocument, mark: Mark): void {
  switch (mark.kind) {
    case "rectangle":
      if (mark.radius === 0) page.rect(mark.x, mark.y, mark.width, mark.height).fill(mark.fill);
      else page.roundedRect(mark.x, mark.y, mark.width, mark.height, mark.radius).fill(mark.fill);
      return;
    case "path":
      page.save().translate(mark.x, mark.y).scale(mark.scale).path(mark.path).fill(mark.fill).restore();
      return;
    case "text": {
      page
        .font(mark.bold ? "bold" : "regular")
        .fontSize(mark.size)
        .fillColor(mark.fill);
      const left = mark.x - page.widthOfString(mark.text) / 2;
      page.text(mark.text, left, mark.y, { lineBreak: false, baseline: "alphabetic" });
    }
  }
}

function collect(page: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    page.on("data", (part: Buffer) => parts.push(part));
    page.on("end", () => resolve(Buffer.concat(parts)));
    page.on("error", reject);
  });
}
