import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import path from "node:path";
import { type Sentence, say } from "#lib/texts/sentence.ts";

// How a configuration file and the PEM files that it names are read.

export const CONFIG_FILE_BYTES_MAX = 262_144;

export type TextReading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly why: Sentence };

/** Never blocks on a FIFO without a writer, and never makes a terminal ours. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Codes that are not about the file: this process has no descriptor or memory left, or the disk does not answer. */
const OUR_OWN_TROUBLE = new Set([
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "EAGAIN",
  "EBUSY",
  "EINTR",
  "EIO",
  "ESTALE",
  "ETIMEDOUT",
]);

/**
 * Reads a regular file of at most {@link CONFIG_FILE_BYTES_MAX} bytes. A FIFO would hold a thread of Node's small pool for
 * ever and a device may have no end, so neither is read; bytes are counted as they come, since a size may be untrue.
 * @throws when it is this machine's trouble that it cannot be read: then nothing is known of the file, and it is looked at again
 */
export async function readText(file: string): Promise<TextReading> {
  try {
    // Also before it is opened, because opening a device can have an effect.
    if (!isReadable(await stat(file))) return NOT_REGULAR;
    const handle = await open(file, FLAGS);
    try {
      if (!isReadable(await handle.stat())) return NOT_REGULAR;
      const bytes = await readBounded(handle);
      return bytes === null ? { kind: "unreadable", why: say("tooLarge") } : { kind: "text", text: decodeText(bytes) };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    if (OUR_OWN_TROUBLE.has(code)) throw cause;
    return code === "ENOENT" ? { kind: "absent" } : { kind: "unreadable", why: say("unreadable", { code }) };
  }
}

const NOT_REGULAR: TextReading = { kind: "unreadable", why: say("notRegularFile") };

const isReadable = (stats: Stats): boolean => stats.isFile();

/** @returns null when there is more than may be read */
async function readBounded(handle: FileHandle): Promise<Uint8Array | null> {
  const buffer = Buffer.allocUnsafe(CONFIG_FILE_BYTES_MAX + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  return null;
}

/** UTF-8; one byte order mark, as some editors write it, is no part of the text. */
export const decodeText = (bytes: Uint8Array): string => new TextDecoder("utf-8").decode(bytes);

/** Keys of the configuration that name a file. */
export const NAMED_FILE_KEYS = [
  "private_key_path",
  "wechatpay_public_key_path",
  "cert_path",
  "key_path",
  "api_ca_path",
] as const;
export type NamedFileKey = (typeof NAMED_FILE_KEYS)[number];

export interface NamedTexts {
  readonly texts: Readonly<Partial<Record<NamedFileKey, string>>>;
  readonly problems: Readonly<Partial<Record<NamedFileKey, Sentence>>>;
}

/** Reads the files that a configuration names; relative paths start at `folder`. */
export async function readNamedTexts(
  config: Readonly<Partial<Record<NamedFileKey, unknown>>>,
  folder: string,
): Promise<NamedTexts> {
  const texts: Partial<Record<NamedFileKey, string>> = {};
  const problems: Partial<Record<NamedFileKey, Sentence>> = {};
  for (const key of NAMED_FILE_KEYS) {
    const name = config[key];
    if (typeof name !== "string" || name === "") continue;
    const reading = await readText(path.resolve(folder, name));
    if (reading.kind === "text") texts[key] = reading.text;
    else problems[key] = reading.kind === "absent" ? say("fileMissing") : reading.why;
  }
  return { texts, problems };
}
