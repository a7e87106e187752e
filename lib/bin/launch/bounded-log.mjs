import { appendFileSync, existsSync, renameSync, statSync } from "node:fs";

const BYTES_MAX = 10_000_000;

/** A log file of bounded size: when it is full it becomes `NAME.1`, and the `NAME.1` before it goes. */
export function boundedLog(file) {
  let size = existsSync(file) ? statSync(file).size : 0;
  return (text) => {
    try {
      if (size > BYTES_MAX) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
    } catch {
      // A full disk must not take the launcher, and with it the shop, down.
    }
  };
}
