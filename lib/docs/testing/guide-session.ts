import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CliResult } from "#lib/testing/run-cli.ts";
import { blocksOf, type GuideBlock, isRun } from "./guide-blocks.ts";

// A guide is followed as a reader does: its commands in one bash, one after the other, in a folder that looks like the clone.

const IN_THE_CLONE = ["app", "config", "examples", "lib", "node_modules", "package.json", "public", "tsconfig.json"];
const OUTPUT_TIMEOUT_MS = 30_000;
/** A block that takes longer hangs: every wait of the guides is over in seconds. */
const BLOCK_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 25;

export interface GuideSettings {
  readonly environment: Readonly<Record<string, string>> & { readonly NODE_ENV: "test" };
  /** What stands in a guide, and what it is here: the addresses of the product, its sandbox and a shop. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Run first: what an earlier guide left in the shell. */
  readonly before: readonly GuideBlock[];
  /** Answers `npm run -s cli --`, so that not each command starts three processes; without it they do. */
  readonly cli?: (args: readonly string[]) => Promise<CliResult>;
}

/** @throws Error that names the block which failed, with what it printed */
export async function followGuide(markdown: string, settings: GuideSettings): Promise<void> {
  const { cli } = settings;
  const desk = cli === undefined ? null : await openDesk(cli);
  const shell = openShell(settings.environment, desk);
  const here = (text: string) =>
    [...settings.addresses].reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  let last: Printed | null = null;
  try {
    for (const written of [...settings.before, ...blocksOf(markdown)]) {
      const block = { ...written, text: here(written.text) };
      const file = block.words.get("file");
      if (file !== undefined) writeFileSync(path.join(shell.folder, file), block.text);
      if (isRun(block)) last = isMissing(block) ? null : await shell.run(block);
      else if (block.language === "text" && last !== null) await compare(last, block);
    }
  } finally {
    await shell.close();
    desk?.close();
  }
}

/** Where the shell's `npm` asks for a command to be run; it names the folder with the command's words. */
async function openDesk(cli: NonNullable<GuideSettings["cli"]>) {
  const server = createServer(async (request, response) => {
    const folder = decodeURIComponent(request.url?.slice(1) ?? "");
    const { code, out, err } = await cli(read(path.join(folder, "args")).split("\0").slice(0, -1));
    writeFileSync(path.join(folder, "out"), out);
    writeFileSync(path.join(folder, "err"), err);
    response.end(String(code));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

const npmAt = (address: string): string => `#!/usr/bin/env bash
[ "$1 $2 $3 $4" = "run -s cli --" ] || { echo "the guides call npm run -s cli alone, not npm $*" >&2; exit 1; }
here=$(mktemp -d)
printf '%s\\0' "\${@:5}" >"$here/args"
code=$(curl -sS "${address}/$here")
cat "$here/out"
cat "$here/err" >&2
exit "$code"
`;

/** A block that was run, and what it and the programs that it left running have printed so far. */
interface Printed {
  readonly line: number;
  readonly own: () => string;
  readonly inBackground: () => string;
}

const known = new Map<string, boolean>();

/** Whether this machine has a program; what it does not have is told on the terminal, once. */
export function isThere(program: string): boolean {
  const answer = known.get(program) ?? spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
  if (!known.has(program) && !answer) {
    process.stderr.write(`${program} is not installed, so what needs it in the guides is not run here\n`);
  }
  known.set(program, answer);
  return answer;
}

const isMissing = ({ words }: GuideBlock): boolean => !isThere(words.get("needs") ?? "bash");

/** What a block must print; … stands for what differs each time. */
const patternOf = (expected: string): RegExp =>
  new RegExp(`^${expected.trim().split("…").map(escapeRegExp).join("[^\\n]+?")}$`);

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What runs in the background prints when it likes, so that is waited for. */
async function compare({ line, own, inBackground }: Printed, expected: GuideBlock): Promise<void> {
  const pattern = patternOf(expected.text);
  const goesOn = expected.words.has("background");
  const text = () => (goesOn ? inBackground() : own()).trim();
  for (let waitedMs = 0; goesOn && !pattern.test(text()) && waitedMs < OUTPUT_TIMEOUT_MS; waitedMs += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
  }
  if (!pattern.test(text())) {
    throw new Error(`line ${line} printed\n${text()}\nand line ${expected.line} says\n${expected.text}`);
  }
}

const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

function openShell(environment: GuideSettings["environment"], desk: { readonly address: string } | null) {
  const folder = mkdtempSync(path.join(tmpdir(), "lingfu-guide-"));
  for (const name of IN_THE_CLONE) symlinkSync(path.resolve(name), path.join(folder, name));
  const blocks = path.join(folder, ".blocks");
  mkdirSync(blocks);
  const programs = path.join(folder, ".programs");
  mkdirSync(programs);
  if (desk !== null) writeFileSync(path.join(programs, "npm"), npmAt(desk.address), { mode: 0o700 });
  // A process group of its own, so that nothing which a guide started in the background outlives it.
  const shell = spawn("bash", ["--noprofile", "--norc"], {
    cwd: folder,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: {
      PATH: `${programs}:${process.env.PATH ?? ""}`,
      HOME: folder,
      TMPDIR: programs,
      LANG: "C.UTF-8",
      PYTHONDONTWRITEBYTECODE: "1",
      ...environment,
    },
  });
  const ended = once(shell, "exit");
  const send = (line: string) => shell.stdin.write(`${line}\n`);
  send("set -eo pipefail");
  let count = 0;
  let background = "";
  return {
    folder,
    async run(block: GuideBlock): Promise<Printed> {
      count += 1;
      const file = path.join(blocks, String(count));
      writeFileSync(file, block.text);
      if (block.words.has("background")) background = `${file}.out`;
      // What was printed there before is not looked at again.
      const [watched, seen] = [background, read(background).length];
      send(`. ${file} >${file}.out 2>${file}.err </dev/null; touch ${file}.done`);
      if (!(await appears(`${file}.done`, shell))) {
        throw new Error(`line ${block.line} failed: ${read(`${file}.out`)}${read(`${file}.err`)}\n${block.text}`);
      }
      return { line: block.line, own: () => read(`${file}.out`), inBackground: () => read(watched).slice(seen) };
    },
    async close() {
      try {
        if (shell.pid !== undefined) process.kill(-shell.pid, "SIGKILL");
      } catch {
        // Nothing of it runs any more.
      }
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** False when the shell ended before, which it does at the first command that fails, or when it takes too long. */
async function appears(file: string, shell: ChildProcess): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < BLOCK_TIMEOUT_MS; waitedMs += LOOK_EVERY_MS) {
    if (existsSync(file)) return true;
    if (shell.exitCode !== null) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}
