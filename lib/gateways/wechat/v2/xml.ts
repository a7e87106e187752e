import { V2_XML_BYTES_MAX, V2_XML_FIELDS_MAX } from "#lib/base/limits.ts";

// The little of XML that WeChat Pay v2 speaks: one root, one level of fields, text and CDATA. Everything else that XML can do
// is not in the grammar, so nothing has to be switched off. Source: wechatpay.md §11; ADR-0009.

/** Fields by name. Values are raw, neither trimmed nor converted, since the signature covers them so. */
export type XmlTexts = ReadonlyMap<string, string>;

const UTF8 = new TextDecoder("utf-8", { fatal: true });
/** What no document may hold, not even in CDATA or spelt as a reference. */
const FORBIDDEN = /[[\p{Cc}--[\t\n\r]]\ufffe\uffff]/v;

const SPACE = /[ \t\r\n]+/y;
const DECLARATION =
  /<\?xml[ \t\r\n]+version=["']1\.0["'](?:[ \t\r\n]+encoding=["']utf-8["'])?(?:[ \t\r\n]+standalone=["'](?:yes|no)["'])?[ \t\r\n]*\?>/iy;
const OPENING = /<([A-Za-z_][0-9A-Za-z_.-]{0,63})[ \t\r\n]*(\/?)>/y;
const CLOSING = /<\/([A-Za-z_][0-9A-Za-z_.-]{0,63})[ \t\r\n]*>/y;
const TEXT = /[^<&]+/y;
const CDATA = /<!\[CDATA\[([\s\S]*?)\]\]>/y;
const REFERENCE = /&(?:([a-z]+)|#([0-9]{1,7}|x[0-9A-Fa-f]{1,6}));/y;
const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * @param root the one name that the outer element may have
 * @returns null for anything but a flat document: document types, comments, attributes, nesting, repeated names, other
 *   entities, a second root, text between the fields, more than 64 KiB. Never throws, and reads each character once.
 */
export function parseFields(bytes: Uint8Array, root: "xml" | "root" = "xml"): XmlTexts | null {
  const text = bytes.length > V2_XML_BYTES_MAX ? null : decode(bytes);
  if (text === null || FORBIDDEN.test(text)) return null;
  const reader = readerOf(text);
  reader.take(DECLARATION);
  reader.take(SPACE);
  const [, name, isEmpty] = reader.take(OPENING) ?? [];
  if (name !== root || isEmpty === "/") return null;
  const fields = readFields(reader, root);
  reader.take(SPACE);
  return reader.atEnd() ? fields : null;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

interface XmlReader {
  /** What stands here, if it has this form; the reader then stands behind it. */
  take(form: RegExp): RegExpExecArray | null;
  atEnd(): boolean;
}

function readerOf(text: string): XmlReader {
  let at = 0;
  return {
    take(form) {
      form.lastIndex = at;
      const found = form.exec(text);
      if (found !== null) at = form.lastIndex;
      return found;
    },
    atEnd: () => at === text.length,
  };
}

function readFields(reader: XmlReader, root: string): XmlTexts | null {
  const fields = new Map<string, string>();
  for (;;) {
    reader.take(SPACE);
    const closing = reader.take(CLOSING);
    if (closing !== null) return closing[1] === root ? fields : null;
    const [, name, isEmpty] = reader.take(OPENING) ?? [];
    if (name === undefined || fields.has(name) || fields.size >= V2_XML_FIELDS_MAX) return null;
    const value = isEmpty === "/" ? "" : readValue(reader, name);
    if (value === null) return null;
    fields.set(name, value);
  }
}

function readValue(reader: XmlReader, name: string): string | null {
  let value = "";
  for (;;) {
    const part = readPart(reader);
    if (part === null) return null;
    if (part === undefined) return reader.take(CLOSING)?.[1] === name ? value : null;
    value += part;
  }
}

/** @returns undefined where no part of a value begins, null where one does that means nothing */
function readPart(reader: XmlReader): string | null | undefined {
  const text = reader.take(TEXT)?.[0];
  // `]]>` outside CDATA is not XML: it could make two readers see different fields.
  if (text !== undefined) return text.includes("]]>") ? null : text;
  const section = reader.take(CDATA)?.[1];
  if (section !== undefined) return section;
  const reference = reader.take(REFERENCE);
  if (reference === null) return undefined;
  const [, entity = "", number] = reference;
  return number === undefined ? (ENTITIES.get(entity) ?? null) : characterOf(Number(number.replace("x", "0x")));
}

function characterOf(code: number): string | null {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  const character = String.fromCodePoint(code);
  return FORBIDDEN.test(character) ? null : character;
}

/** A bare carriage return would be read as a line feed, and the signature would not hold. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");

/** @param fields names as WeChat spells them; values without characters that XML forbids */
export function writeFields(fields: XmlTexts): string {
  const lines = [...fields].map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  return `<xml>${lines.join("")}</xml>`;
}
