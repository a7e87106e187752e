// What the rest of the product knows of receipts on paper.

export { FEIE_URL } from "./feie.ts";
export { createPrinters, isPrinterKind, PRINTER_KINDS, type PrinterKind, type Printers } from "./manage-printers.ts";
export { createPrinting, type PrintingDeps, type PrintOutcome, type ReceiptPrinting } from "./print.ts";
