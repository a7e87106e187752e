import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../bin/cli/program.ts";

/** Compiled once for all processes that tests start. */
export const COMPILED =
  process.env.NODE_COMPILE_CACHE ??
  fileURLToPath(new URL("../../node_modules/.cache/lingfu-compiled", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const environmentOf = (variables: Readonly<Record<string, string>>) => ({
  NODE_ENV: "test" as const,
  PATH: process.env.PATH ?? "",
  NODE_COMPILE_CACHE: COMPILED,
  TMPDIR: tmpdir(),
  ...variables,
});

/** Runs the operator's tool as a process, with this environment and nothing of ours. For what a process is: its exit code and its output. */
export function spawnCli(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CliResult> {
  return new Promise((resolve) => {
    const options = { env: environmentOf(variables) };
    execFile(process.execPath, ["lib/bin/cli.ts", ...args], options, (failure, out, err) => {
      resolve({ code: typeof failure?.code === "number" ? failure.code : 0, out, err });
    });
  });
}

let last: Promise<unknown> = Promise.resolve();

/** The same in this process, which is many times faster; one after the other, since the environment and the output are of the process. */
export function runCli(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CliResult> {
  const result = last.then(() => runHere(args, variables));
  last = result.catch(() => {});
  return result;
}

async function runHere(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CliResult> {
  const { env, exitCode } = process;
  const { log, error } = console;
  const { stdout, stderr } = process;
  const write = { stdout: stdout.write, stderr: stderr.write };
  const said = { out: "", err: "" };
  const into = (name: "out" | "err") => (text: unknown) => {
    said[name] += String(text);
    return true;
  };
  process.env = environmentOf(variables);
  process.exitCode = undefined;
  console.log = (text: unknown) => void into("out")(`${text}\n`);
  console.error = (text: unknown) => void into("err")(`${text}\n`);
  stdout.write = into("out");
  stderr.write = into("err");
  try {
    await runCommandLine(args);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    Object.assign(process, { env, exitCode });
    Object.assign(console, { log, error });
    stdout.write = write.stdout;
    stderr.write = write.stderr;
  }
}
