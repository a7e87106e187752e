// XML as far as API v2 goes: one root, flat, no attributes, as documented. Anything else is refused, not interpreted.

export class XmlProblem extends Error {}

const NAME = /[A-Za-z_][A-Za-z0-9_.-]{0,127}/y;
const SPACE = /[\t\n\r ]*/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const BYTES_MAX = 65_536;
const FIELDS_MAX = 500;

/** @throws XmlProblem for anything but `<root><name>text</name>…</root>` */
export function parseFlatXml(bytes: Buffer, root = "xml"): ReadonlyMap<string, string> {
  if (bytes.length > BYTES_MAX) throw new XmlProblem("too large");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new XmlProblem("not UTF-8");
  }
  return new FlatReader(text).read(root);
}

class FlatReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(root: string): ReadonlyMap<string, string> {
    const fields = new Map<string, string>();
    this.#match(SPACE);
    if (this.#text.startsWith("<?xml ", this.#at)) this.#at = this.#find("?>") + 2;
    this.#match(SPACE);
    this.#expect(`<${root}>`);
    for (this.#match(SPACE); !this.#text.startsWith("</", this.#at); this.#match(SPACE)) {
      this.#expect("<");
      const name = this.#match(NAME);
      if (name === "") throw new XmlProblem("no element name");
      if (fields.has(name)) throw new XmlProblem(`element twice: ${name}`);
      if (fields.size >= FIELDS_MAX) throw new XmlProblem("too many elements");
      if (this.#text.startsWith("/>", this.#at)) {
        this.#at += 2;
        fields.set(name, "");
        continue;
      }
      this.#expect(">");
      fields.set(name, this.#content());
      this.#expect(`</${name}>`);
    }
    this.#expect(`</${root}>`);
    this.#match(SPACE);
    if (this.#at !== this.#text.length) throw new XmlProblem("something after the root");
    return fields;
  }

  #content(): string {
    let content = "";
    for (;;) {
      const next = this.#find("<");
      content += unescapeText(this.#text.slice(this.#at, next));
      this.#at = next;
      if (this.#text.startsWith("</", next)) return content;
      this.#expect("<![CDATA[");
      const end = this.#find("]]>");
      content += this.#text.slice(this.#at, end);
      this.#at = end + 3;
    }
  }

  #find(what: string): number {
    const index = this.#text.indexOf(what, this.#at);
    if (index < 0) throw new XmlProblem(`no ${what}`);
    return index;
  }

  #expect(what: string): void {
    if (!this.#text.startsWith(what, this.#at)) throw new XmlProblem(`${what} expected at ${this.#at}`);
    this.#at += what.length;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function unescapeText(text: string): string {
  if (text.includes("]]>")) throw new XmlProblem("]]> in text");
  return text.replace(/&([^;&]{0,12};?)/g, (whole, name: string) => {
    const known = ENTITIES[name.slice(0, -1)];
    if (known !== undefined && name.endsWith(";")) return known;
    const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));$/.exec(name) ?? [];
    const point = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    if (!(point > 0 && point <= 0x10_ff_ff)) throw new XmlProblem(`entity ${whole}`);
    return String.fromCodePoint(point);
  });
}

export type XmlFields = Readonly<Record<string, string>>;

/** Digits as they are, everything else in CDATA, as WeChat Pay writes it. */
export function writeXml(fields: XmlFields, root = "xml"): string {
  const lines = Object.entries(fields).map(([name, value]) => `<${name}>${contentOf(value)}</${name}>`);
  return `<${root}>${lines.join("\n")}\n</${root}>`;
}

const contentOf = (value: string): string =>
  /^[0-9]{1,9}$/.test(value) ? value : `<![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
