import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readText } from "./config-file.ts";

// A process of its own, which may open few files and has opened them all.
const OUT_OF_DESCRIPTORS = `
  import { openSync } from "node:fs";
  import { readText } from "./lib/config/config-file.ts";
  const file = process.argv.at(-1);
  const before = await readText(file);
  try { for (;;) openSync("/dev/null"); } catch {}
  const after = await readText(file).then((reading) => reading.kind, (cause) => "thrown: " + cause.code);
  console.log(JSON.stringify([before.kind, after]));
`;

test("a process without a descriptor left knows nothing of the file, least of all that it is not valid", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-config-"));
  const file = path.join(folder, "payment_config.json");
  await writeFile(file, "{}");
  const script = path.join(folder, "out-of-descriptors.mts");
  await writeFile(script, OUT_OF_DESCRIPTORS.replace("./lib/", `${process.cwd()}/lib/`));
  const command = `ulimit -n 64 && exec "${process.execPath}" --import tsx "${script}" "${file}"`;
  const told = execFileSync("sh", ["-c", command], { encoding: "utf8" });
  expect(JSON.parse(told)).toEqual(["text", "thrown: EMFILE"]);
  expect((await readText(path.join(folder, "absent"))).kind).toBe("absent");
  await rm(folder, { recursive: true });
});
