import path from "node:path";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import { figuresOf, MONTH_COLUMNS, type MonthColumn, type MonthFacts } from "./month.ts";

interface StatementWords {
  readonly columns: Readonly<Record<MonthColumn, string>>;
  readonly statement: Readonly<
    Record<
      | "title"
      | "made"
      | "unfinished"
      | "merchant"
      | "summary"
      | "days"
      | "channels"
      | "channel"
      | "total"
      | "feesMissing"
      | "note"
      | "page",
      string
    >
  >;
  readonly channels: Readonly<Record<string, string>>;
}

export interface StatementPdf {
  readonly facts: MonthFacts;
  readonly words: StatementWords;
  readonly language: Language;
  readonly shop: string;
  readonly merchantNumber: string | null;
  /** `2026-12-01 09:30:00` in Beijing. */
  readonly madeAt: string;
  /** Said on every page where no real money is meant. */
  readonly mark: string | null;
}

const fontFile = (weight: "400Regular" | "700Bold"): string =>
  path.join(process.cwd(), "node_modules", "@expo-google-fonts", "noto-sans-sc", weight, `NotoSansSC_${weight}.ttf`);

// A4 on its side: eleven columns.
const MARGIN = 36;
const WIDTH = 842 - 2 * MARGIN;
const INK = "#1a1a1a";
const SOFT = "#5c5c5c";
const LINE = "#d9d9d9";
const BAD = "#a33a00";

/** The month for an accountant: what came in, what went back, what WeChat kept; by day and by channel. */
export async function statementPdf(statement: StatementPdf): Promise<Uint8Array> {
  const { facts, words, language, shop, madeAt, merchantNumber, mark } = statement;
  const title = fill(words.statement.title, { month: facts.month });
  const { default: PDFDocument } = await import("pdfkit");
  const page = new PDFDocument({
    size: "A4",
    layout: "landscape",
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + 18 },
    bufferPages: true,
    font: fontFile("400Regular"),
    lang: language,
    displayTitle: true,
    info: { Title: `${shop} ${title}`, CreationDate: new Date(`${madeAt.replace(" ", "T")}+08:00`) },
  });
  const ended = collect(page);
  page.registerFont("regular", fontFile("400Regular")).registerFont("bold", fontFile("700Bold"));
  page.font("bold").fontSize(18).fillColor(INK).text(shop);
  page.fontSize(13).text(title);
  page
    .font("regular")
    .fontSize(8.5)
    .fillColor(SOFT)
    .text(fill(words.statement.made, { time: madeAt }));
  if (merchantNumber !== null) page.text(fill(words.statement.merchant, { number: merchantNumber }));
  page.fillColor(BAD);
  if (!facts.isOver) page.text(words.statement.unfinished);
  if (facts.daysWithoutFees > 0) page.text(fill(words.statement.feesMissing, { days: facts.daysWithoutFees }));
  heading(page, words.statement.channels);
  // An order that nobody paid has no channel, so the numbers of orders would not come to the sum.
  const titles = MONTH_COLUMNS.slice(1).map((key) => words.columns[key]);
  table(
    page,
    [words.statement.channel, ...titles.slice(1, -2)],
    [
      ...facts.channels.map(({ channel, sums }) => [
        words.channels[channel] ?? channel,
        ...worded(figuresOf(sums, null)).slice(1, -2),
      ]),
      [words.statement.total, ...worded(figuresOf(facts.whole, null)).slice(1, -2)],
    ],
  );
  heading(page, words.statement.days);
  table(
    page,
    [words.columns.day, ...titles],
    [
      ...facts.days.map(({ day, sums, fees }) => [day, ...worded(figuresOf(sums, fees))]),
      [words.statement.total, ...worded(figuresOf(facts.whole, facts.fees))],
    ],
  );
  page
    .moveDown(0.8)
    .font("regular")
    .fontSize(8.5)
    .fillColor(SOFT)
    .text(words.statement.note, MARGIN, page.y, { width: WIDTH });
  foot(page, words.statement.page, mark);
  page.end();
  return ended;
}

function heading(page: PDFKit.PDFDocument, text: string): void {
  page.moveDown(0.8).font("bold").fontSize(11).fillColor(INK).text(text, MARGIN, page.y).moveDown(0.3);
}

/** The last row is the sum. Rows go on over pages, and the head is repeated on each. */
function table(page: PDFKit.PDFDocument, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const first = 74;
  const rest = (WIDTH - first) / (head.length - 1);
  const line = (cells: readonly string[], height: number, bold: boolean) => {
    const top = page.y;
    page
      .font(bold ? "bold" : "regular")
      .fontSize(8)
      .fillColor(INK);
    cells.forEach((cell, index) => {
      const left = index === 0 ? MARGIN : MARGIN + first + (index - 1) * rest;
      const width = index === 0 ? first : rest;
      page.text(cell, left, top + 3, { width: width - 4, align: index === 0 ? "left" : "right", height });
    });
    page.y = top + height;
    page
      .moveTo(MARGIN, page.y)
      .lineTo(MARGIN + WIDTH, page.y)
      .lineWidth(0.5)
      .stroke(LINE);
  };
  const room = () => page.page.height - page.page.margins.bottom;
  const begin = () => line(head, 28, true);
  if (page.y + 28 + 15 > room()) page.addPage();
  begin();
  rows.forEach((cells, index) => {
    if (page.y + 15 > room()) {
      page.addPage();
      begin();
    }
    line(cells, 15, index === rows.length - 1);
  });
}

function foot(page: PDFKit.PDFDocument, template: string, mark: string | null): void {
  const { count } = page.bufferedPageRange();
  for (let nth = 0; nth < count; nth++) {
    page.switchToPage(nth);
    // Below the margin a text would begin a new page.
    page.page.margins.bottom = 0;
    const text = fill(template, { page: nth + 1, pages: count });
    page.font("regular").fontSize(8).fillColor(SOFT);
    page.text(mark === null ? text : `${mark} · ${text}`, MARGIN, page.page.height - MARGIN, {
      width: WIDTH,
      align: "center",
      lineBreak: false,
    });
  }
}

const COUNTS: ReadonlySet<MonthColumn> = new Set(["orders", "payments", "refunds"]);

/** Figures in the order of the columns after the day. */
const worded = (figures: readonly (number | null)[]): string[] =>
  figures.map((figure, index) => {
    if (figure === null) return "—";
    return COUNTS.has(MONTH_COLUMNS[index + 1] ?? "day") ? String(figure) : formatYuan(fen(figure));
  });

function collect(page: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    page.on("data", (part: Buffer) => parts.push(part));
    page.on("end", () => resolve(Buffer.concat(parts)));
    page.on("error", reject);
  });
}
