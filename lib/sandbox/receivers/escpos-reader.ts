// Reads ESC/POS back: what would stand on the paper. Written from Epson's command reference, apart from what the product writes.

export interface PrintedLine {
  readonly text: string;
  readonly bold: boolean;
  readonly wide: boolean;
}

/** What a document came to until its cut. */
export interface PrintedDocument {
  readonly lines: readonly PrintedLine[];
  readonly codes: readonly string[];
  /** Commands that are not known here, and text that no code page explains. */
  readonly problems: readonly string[];
}

const gbk = new TextDecoder("gbk");
const LF = 0x0a;
/** Commands by their first bytes: how many bytes follow. */
const FIXED: Readonly<Record<string, number>> = {
  "1b4d": 1,
  "1b74": 1,
  "1b61": 1,
  "1b64": 1,
  "1b32": 0,
  "1b33": 1,
  "1b2d": 1,
  "1b52": 1,
};

export class EscposReader {
  #waiting: number[] = [];
  #text: number[] = [];
  #lines: PrintedLine[] = [];
  #codes: string[] = [];
  #problems: string[] = [];
  #code = "";
  #chinese = false;
  #bold = false;
  #wide = false;
  readonly #on: { status(which: number): void; inOrder(): void; cut(document: PrintedDocument): void };

  constructor(on: { status(which: number): void; inOrder(): void; cut(document: PrintedDocument): void }) {
    this.#on = on;
  }

  take(chunk: Uint8Array): void {
    this.#waiting.push(...chunk);
    for (;;) {
      const used = this.#step(this.#waiting);
      if (used === 0) return;
      this.#waiting.splice(0, used);
    }
  }

  /** @returns how many bytes were read; 0: more have to come */
  #step(bytes: readonly number[]): number {
    const [first, second, third] = bytes;
    if (first === undefined) return 0;
    if (first === LF) return this.#endLine();
    if (first === 0x0d) return 1;
    if (first === 0x10) {
      if (third === undefined) return 0;
      this.#on.status(third);
      return 3;
    }
    if (first === 0x1b || first === 0x1c || first === 0x1d) return second === undefined ? 0 : this.#command(bytes);
    if (first >= 0x81) {
      if (second === undefined) return 0;
      if (!this.#chinese) this.#problems.push("two-byte text outside the Chinese mode");
      this.#text.push(first, second);
      return 2;
    }
    if (first < 0x20) this.#problems.push(`control byte ${first.toString(16)}`);
    else this.#text.push(first);
    return 1;
  }

  #command(bytes: readonly number[]): number {
    const [first = 0, second = 0, third] = bytes;
    const name = first.toString(16).padStart(2, "0") + second.toString(16).padStart(2, "0");
    switch (name) {
      case "1b40":
        [this.#chinese, this.#bold, this.#wide] = [false, false, false];
        return 2;
      case "1c26":
      case "1c2e":
        this.#chinese = name === "1c26";
        return 2;
      case "1b45":
        if (third === undefined) return 0;
        this.#bold = (third & 1) === 1;
        return 3;
      case "1d21":
        if (third === undefined) return 0;
        this.#wide = third === 0x11;
        return 3;
      case "1d72":
        if (third === undefined) return 0;
        this.#on.inOrder();
        return 3;
      case "1d56":
        return this.#cut(bytes);
      case "1d28":
        return this.#code2d(bytes);
      default: {
        const more = FIXED[name];
        if (more === undefined) this.#problems.push(`command ${name}`);
        return bytes.length < 2 + (more ?? 0) ? 0 : 2 + (more ?? 0);
      }
    }
  }

  #endLine(): number {
    const text = gbk.decode(Uint8Array.from(this.#text)).trimEnd();
    this.#lines.push({ text, bold: this.#bold, wide: this.#wide });
    this.#text = [];
    return 1;
  }

  /** GS V m, or GS V m n for 65 and 66. */
  #cut([, , mode, feed]: readonly number[]): number {
    if (mode === undefined || (mode >= 65 && feed === undefined)) return 0;
    const lines = this.#lines;
    while (lines.at(-1)?.text === "") lines.pop();
    this.#on.cut({ lines, codes: this.#codes, problems: this.#problems });
    [this.#lines, this.#codes, this.#problems] = [[], [], []];
    return mode >= 65 ? 4 : 3;
  }

  /** GS ( k pL pH cn fn …: of a QR code (cn 49), 80 stores its content and 81 prints it. */
  #code2d(bytes: readonly number[]): number {
    const [, , , low, high] = bytes;
    if (low === undefined || high === undefined) return 0;
    const length = 5 + low + high * 256;
    if (bytes.length < length) return 0;
    const [kind, what] = [bytes[5], bytes[6]];
    if (kind === 49 && what === 80) this.#code = Buffer.from(bytes.slice(8, length)).toString("utf8");
    if (kind === 49 && what === 81) this.#codes.push(this.#code);
    return length;
  }
}
