import type { Mark, Poster } from "./marks.ts";

const FONTS = "'PingFang SC', 'Noto Sans SC', 'Source Han Sans SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', sans-serif";

/** The poster as a picture that any browser and print shop opens. */
export function drawSvg({ language, title, width, height, scale, top, marks }: Poster): string {
  const drawn = marks.map(drawMark).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}" role="img" xml:lang="${language}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<g transform="translate(0 ${top}) scale(${scale})" font-family="${escaped(FONTS)}" text-anchor="middle">
${drawn}
</g>
</svg>
`;
}

function drawMark(mark: Mark): string {
  switch (mark.kind) {
    case "rectangle":
      return `<rect x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}" rx="${mark.radius}" fill="${mark.fill}"/>`;
    case "path":
      return `<path transform="translate(${mark.x} ${mark.y}) scale(${mark.scale})" d="${mark.path}" fill="${mark.fill}" shape-rendering="crispEdges"/>`;
    case "text":
      return `<text x="${mark.x}" y="${rounded(mark.y)}" font-size="${rounded(mark.size)}" font-weight="${mark.bold ? 700 : 400}" fill="${mark.fill}">${escaped(mark.text)}</text>`;
  }
}

const rounded = (length: number): number => Math.round(length * 1_000) / 1_000;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** What XML has no place for, not even escaped. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(IMPOSSIBLE, "")
    .replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
