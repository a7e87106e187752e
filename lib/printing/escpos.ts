import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import iconv from "iconv-lite";
import { COLUMNS, type PaperLine, type PaperWidth } from "./paper.ts";

// ESC/POS, as Epson wrote it down and the makers of Chinese receipt printers followed (XPrinter, Gprinter, Rongta …). The library
// knows the commands but no Chinese: the printer is set to its Chinese mode (FS &), in which two bytes of GBK are one character, and
// lines go out as GBK, with their own bold and size, since the library sets those for its own text only. GBK and not GB18030: its characters of four bytes are not in the printers' fonts.

const CHINESE_MODE = [0x1c, 0x26];
const BOLD = [0x1b, 0x45];
const SIZE = [0x1d, 0x21];
const LF = 0x0a;
/** Dots of one module of a QR code: 4 on the narrow paper, so that an address of 80 characters fits. */
const QR_DOTS: Readonly<Record<PaperWidth, number>> = { 58: 5, 80: 6 };

/** The commands that print these lines and cut the paper. */
export function escposOf(lines: readonly PaperLine[], width: PaperWidth): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({ language: "esc-pos", columns: COLUMNS[width], feedBeforeCut: 4 });
  encoder.initialize().raw(CHINESE_MODE);
  for (const line of lines) {
    if (line.kind === "qr") {
      encoder
        .align("center")
        .qrcode(line.content, { model: 2, size: QR_DOTS[width], errorlevel: "m" })
        .align("left")
        // The command that centres the code resets nothing else, but not every printer keeps its Chinese mode through a picture.
        .raw(CHINESE_MODE);
      continue;
    }
    encoder.raw([...BOLD, line.isBold ? 1 : 0, ...SIZE, line.isWide ? 0x11 : 0, ...iconv.encode(line.text, "gbk"), LF]);
  }
  return encoder
    .raw([...BOLD, 0, ...SIZE, 0])
    .cut("partial")
    .encode();
}
