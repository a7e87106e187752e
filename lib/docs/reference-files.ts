import { readFile } from "node:fs/promises";
import path from "node:path";

// Swagger UI, as its package brings it. It is read when somebody first opens the reference, never at a start. Scalar, the other
// candidate, is three times as large for readers and brings 284 packages, which ask for a newer Node than ours.

const PACKAGE = path.join(process.cwd(), "node_modules", "swagger-ui-dist");
const FILES = {
  "swagger-ui.js": { file: "swagger-ui-bundle.js", type: "text/javascript; charset=utf-8" },
  "swagger-ui.css": { file: "swagger-ui.css", type: "text/css; charset=utf-8" },
} as const;

export interface ReferenceFile {
  readonly type: string;
  readonly text: string;
}

let version: Promise<string> | undefined;
const kept = new Map<string, Promise<ReferenceFile>>();

/** Addresses of its script and style. They name the version, so that browsers keep them for good. */
export async function referenceAddresses(): Promise<{ readonly script: string; readonly style: string }> {
  version ??= readFile(path.join(PACKAGE, "package.json"), "utf8").then((text) => String(JSON.parse(text).version));
  const folder = `/docs/files/${await version}`;
  return { script: `${folder}-swagger-ui.js`, style: `${folder}-swagger-ui.css` };
}

/** @returns null if no file of the reference has this address */
export async function referenceFile(address: string): Promise<ReferenceFile | null> {
  const { script, style } = await referenceAddresses();
  const known = address === script ? FILES["swagger-ui.js"] : address === style ? FILES["swagger-ui.css"] : null;
  if (known === null) return null;
  const reading = kept.get(known.file) ?? readOf(known);
  kept.set(known.file, reading);
  return reading;
}

const readOf = async ({ file, type }: (typeof FILES)[keyof typeof FILES]): Promise<ReferenceFile> => ({
  type,
  // Its source map is not served.
  text: (await readFile(path.join(PACKAGE, file), "utf8")).replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=.*$/, ""),
});
