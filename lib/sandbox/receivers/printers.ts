import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { ControlError, optionalField, readObject, withControlErrors } from "../control/format.ts";
import { type HttpRoute, html, json } from "../http.ts";
import { EscposReader, type PrintedDocument } from "./escpos-reader.ts";
import { startTcpServer, type TcpPlace, type TcpServer } from "./tcp-server.ts";

// A receipt printer on a port of its own, and the cloud of Feie's printers; what they printed can be seen.

/** `drop`: the connection breaks in the middle of the document. */
const PRINTER_MODES = ["ok", "paper_out", "cover_open", "hang", "drop", "mute", "refuse"] as const;
type PrinterMode = (typeof PRINTER_MODES)[number];

export interface SandboxDocument extends PrintedDocument {
  readonly id: number;
  readonly at: string;
  readonly printer: "network" | "feie";
  readonly copies: number;
}

const FEIE = { user: "shop@sandbox.example", ukey: "sandboxFeieUkey1", sn: "921500001" } as const;
const KEPT = 200;
/** A request that is older was listened in to. */
const FEIE_CLOCK_S = 600;

export class SandboxPrinters {
  mode: PrinterMode = "ok";
  readonly #documents: SandboxDocument[] = [];
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get nowMs(): number {
    return this.#now();
  }

  print(printer: SandboxDocument["printer"], document: PrintedDocument, copies = 1): number {
    const at = new Date(this.#now()).toISOString();
    this.#documents.push({ ...document, id: ++this.#count, at, printer, copies });
    if (this.#documents.length > KEPT) this.#documents.shift();
    return this.#count;
  }

  /** Newest first. */
  documents(): SandboxDocument[] {
    return this.#documents.toReversed();
  }

  clear(): void {
    this.#documents.length = 0;
    this.mode = "ok";
  }
}

export const startPrinter = (printers: SandboxPrinters, place: TcpPlace): Promise<TcpServer> =>
  startTcpServer(place, (socket) => converse(printers, socket));

/** Epson's answers to DLE EOT: bits 1 and 4 are always set. */
const STATUS_WELL = 0x12;

function converse(printers: SandboxPrinters, socket: Socket): void {
  const { mode } = printers;
  const statusOf = (which: number): number => {
    if (mode === "paper_out") return STATUS_WELL | (which === 4 ? 0x60 : 0x20);
    return mode === "cover_open" && which === 2 ? STATUS_WELL | 0x04 : STATUS_WELL;
  };
  const reader = new EscposReader({
    status: (which) => {
      if (mode !== "mute") socket.write(Uint8Array.of(statusOf(which)));
    },
    inOrder: () => {
      if (mode !== "mute") socket.write(Uint8Array.of(0));
    },
    cut: (document) => {
      printers.print("network", document);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    if (mode === "hang") return;
    // Its state was asked, and now comes the document.
    if (mode === "drop" && chunk.length > 16) {
      socket.destroy();
      return;
    }
    reader.take(chunk);
  });
}

interface PrinterRoutes {
  readonly printers: SandboxPrinters;
  /** Where this sandbox is reached. */
  readonly url: string;
  readonly place: { readonly host: string; readonly port: number };
}

export const printerRoutes = ({ printers, url, place }: PrinterRoutes): HttpRoute[] => {
  const show = () => ({
    settings: {
      network: { ...place, answers: true },
      feie: { url: `${url}/receivers/feie/Api/Open/`, ...FEIE },
    },
    mode: printers.mode,
    documents: printers.documents(),
  });
  return [
    { method: "POST", path: "/receivers/feie/Api/Open/", run: ({ body }) => json(200, feieAnswer(printers, body)) },
    { method: "GET", path: "/printer", run: () => html(200, printerPage(printers)) },
    { method: "GET", path: "/control/printer", run: () => json(200, show()) },
    {
      method: "POST",
      path: "/control/printer",
      run: (incoming) =>
        withControlErrors(({ body }) => {
          const request = readObject(body);
          if (optionalField(request, "clear", "boolean") === true) printers.clear();
          const mode = optionalField(request, "mode", "string");
          const known = PRINTER_MODES.find((each) => each === mode);
          if (mode !== undefined && known === undefined) {
            throw new ControlError("invalid_request", `"mode" must be one of ${PRINTER_MODES.join(", ")}`);
          }
          if (known !== undefined) printers.mode = known;
          return json(200, show());
        }, incoming),
    },
  ];
};

function feieAnswer(printers: SandboxPrinters, body: Buffer) {
  const form = new URLSearchParams(body.toString("utf8"));
  const field = (name: string): string => form.get(name) ?? "";
  const refuse = (ret: number, msg: string) => ({ msg, ret, data: null, serverExecutedTime: 1 });
  const stime = field("stime");
  const sig = createHash("sha1")
    .update(`${field("user")}${FEIE.ukey}${stime}`)
    .digest("hex");
  if (field("user") !== FEIE.user || field("sig") !== sig) return refuse(-2, "参数错误 : 签名错误");
  if (Math.abs(Number(stime) - printers.nowMs / 1_000) > FEIE_CLOCK_S) return refuse(-2, "参数错误 : 请求时间过期");
  if (field("apiname") !== "Open_printMsg") return refuse(-2, "参数错误 : apiname");
  if (field("sn") !== FEIE.sn) return refuse(1002, "打印机编号未注册");
  if (printers.mode === "refuse") return refuse(1001, "打印机编号和用户不匹配");
  const id = printers.print("feie", readTags(field("content")), Number(field("times")));
  return { msg: "ok", ret: 0, data: `${FEIE.sn}_${stime}_${id}`, serverExecutedTime: 5 };
}

function readTags(content: string): PrintedDocument {
  const codes = [...content.matchAll(/<QR>(.*?)<\/QR>/g)].map(([, code = ""]) => code);
  const lines = content
    .replaceAll(/<QR>.*?<\/QR>/g, "")
    .replaceAll("<CUT>", "")
    .split("<BR>")
    .map((line) => ({
      text: line.replaceAll(/<\/?(CB|B|BOLD|C|L|W|RIGHT)>/g, "").trimEnd(),
      bold: line.includes("<BOLD>"),
      wide: line.includes("<CB>") || line.includes("<B>"),
    }));
  while (lines.at(-1)?.text === "") lines.pop();
  const problems = lines.filter(({ text }) => /[<>]/.test(text)).map(({ text }) => `tag in ${text}`);
  return { lines, codes, problems };
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** What stands on the paper, the newest first. */
function printerPage(printers: SandboxPrinters): string {
  const papers = printers.documents().map(({ id, at, printer, lines, codes }) => {
    const shown = lines.map(({ text, bold, wide }) => {
      const look = `${wide ? "font-size:1.5em;" : ""}${bold ? "font-weight:700" : ""}`;
      return `<div style="${look}">${escaped(text) || "&nbsp;"}</div>`;
    });
    const marks = codes.map((code) => `<div style="margin:.5em 0;word-break:break-all">[QR] ${escaped(code)}</div>`);
    return `<article data-id="${id}"><small>${printer} ${at}</small>${shown.join("")}${marks.join("")}</article>`;
  });
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>沙箱打印机</title><style>body{margin:0;padding:1rem;background:#ddd;font-family:system-ui}article{background:#fff;color:#111;
max-width:26rem;margin:0 auto 1rem;padding:1rem;font-family:ui-monospace,"Noto Sans Mono CJK SC",monospace;font-size:13px;
white-space:pre-wrap;overflow-wrap:anywhere}h1{text-align:center;font-size:1.2rem}p{text-align:center}</style>
<h1>沙箱打印机</h1>${papers.join("") || "<p>还没有打印过</p>"}</html>`;
}
