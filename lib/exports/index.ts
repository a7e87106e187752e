export { codeTable } from "./code-table.ts";
export { type DownloadEnd, followDownload } from "./follow-download.ts";
export { isMonth, monthTable, readMonth } from "./month.ts";
export { orderTable } from "./order-table.ts";
export { refundTable } from "./refund-table.ts";
export { statementPdf } from "./statement-pdf.ts";
export { type ExportTable, marked } from "./table.ts";
export { writeCsv } from "./write-csv.ts";
export { writeXlsx } from "./write-xlsx.ts";
