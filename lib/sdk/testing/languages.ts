import { spawn, spawnSync } from "node:child_process";

/** A language that an SDK is for, where this machine has it. */
export interface Language {
  readonly name: "Python" | "PHP";
  readonly command: string;
  readonly folder: string;
  readonly ending: "py" | "php";
}

const LANGUAGES: readonly (Language & { readonly debian: string })[] = [
  { name: "Python", command: "python3", folder: "lib/sdk/python", ending: "py", debian: "python3" },
  { name: "PHP", command: "php", folder: "lib/sdk/php", ending: "php", debian: "php-cli" },
];

/** Those that are installed; what is not is told on the terminal, once per test file. */
export const INSTALLED_LANGUAGES: readonly Language[] = LANGUAGES.filter(({ name, command, debian }) => {
  const isThere = spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
  if (!isThere) process.stderr.write(`${name} is not installed, so its SDK is not tested here (Debian: ${debian})\n`);
  return isThere;
});

export interface ScriptRun {
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** What a script printed, read as JSON. Its end is waited for without blocking: it speaks with servers in this process. */
export async function runScript(command: string, file: string, { env, input = "" }: ScriptRun): Promise<unknown> {
  const child = spawn(command, [file], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.setEncoding("utf8").toArray(),
    child.stderr.setEncoding("utf8").toArray(),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${stdout.join("")}${stderr.join("")}`);
  return JSON.parse(stdout.join(""));
}
