export type Encoding = "br" | "gzip";

/**
 * The better of our two packings that the caller takes, by its own order of preference (RFC 9110 §12.5.3); brotli where it
 * likes both as well. Null: neither.
 */
export function acceptedEncoding(header: string | undefined): Encoding | null {
  if (header === undefined || header === "") return null;
  const brotli = weightOf(header, "br");
  const gzip = weightOf(header, "gzip");
  if (brotli <= 0 && gzip <= 0) return null;
  return brotli >= gzip ? "br" : "gzip";
}

function weightOf(header: string, name: Encoding): number {
  let any = 0;
  for (const part of header.split(",")) {
    const [coding = "", ...parameters] = part.split(";");
    const plain = coding.trim().toLowerCase();
    if (plain !== name && plain !== "*") continue;
    const [, quality = "1"] = /(?:^|;)\s*q=([\d.]+)/i.exec(parameters.join(";")) ?? [];
    const weight = Number(quality) || 0;
    if (plain === name) return weight;
    any = weight;
  }
  return any;
}

/** Types whose content gets much smaller. Streams of events are sent as they come. */
export const isCompressible = (type: string): boolean =>
  /^(?:text\/(?!event-stream)|application\/(?:(?:[\w.-]+\+)?json|javascript|xml)|image\/svg)/.test(type);
