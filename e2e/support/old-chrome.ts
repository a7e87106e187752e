import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { brotliDecompressSync } from "node:zlib";

// A real old engine: Chromium 92 (July 2021) as the package `@sparticuz/chromium@92.0.0` carries it. It knows no static
// blocks, no @layer, no :has, no container units and no dvh. Playwright's protocol is too new for it, so a few of its
// DevTools calls are made by hand. OLD_CHROME names another one: the folder of an unpacked `chrome-aws-lambda@2.0.2`
// (Chrome 79) is a good one, with `chromium` and `lib` in it.

const PACKAGE = path.resolve("node_modules/chromium-92/bin");
const CACHE = path.resolve("node_modules/.cache/lingfu-browser/chromium-92");
const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];

export interface OldPage {
  open(url: string): Promise<void>;
  evaluate<Value>(expression: string): Promise<Value>;
  screenshot(file: string): Promise<void>;
  /** What no script caught. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

interface View {
  readonly userAgent: string;
  readonly width: number;
  readonly height: number;
}

export async function openOldChrome({ userAgent, width, height }: View): Promise<OldPage> {
  const profile = mkdtempSync(path.join(os.tmpdir(), "lingfu-old-chrome-"));
  const { file, libraries } = findOldChrome();
  const own = ["--remote-debugging-pipe", `--user-data-dir=${profile}`, `--user-agent=${userAgent}`];
  const browser = spawn(file, [...ARGS, ...own, `--window-size=${width},${height}`, "about:blank"], {
    env: { ...process.env, ...(libraries === null ? {} : { LD_LIBRARY_PATH: libraries }) },
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const gone = new Promise<void>((resolve) => browser.once("exit", () => resolve()));
  const close = async () => {
    browser.kill("SIGKILL");
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const errors: string[] = [];
  const call = await connect(browser, errors).catch(async (cause) => {
    await close();
    throw cause;
  });
  await call("Page.enable");
  await call("Runtime.enable");
  await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  return {
    close,
    errors,
    async open(url) {
      await call("Page.navigate", { url });
    },
    async evaluate<Value>(expression: string) {
      const { result } = await call("Runtime.evaluate", { expression, returnByValue: true });
      return result?.value as Value;
    },
    async screenshot(to) {
      const { data } = await call("Page.captureScreenshot", { format: "png" });
      writeFileSync(to, Buffer.from(data ?? "", "base64"));
    },
  };
}

/** Only Linux on x64 has an old one from npm; elsewhere the browser of the other tests stands in. */
function findOldChrome(): { file: string; libraries: string | null } {
  const chosen = process.env.OLD_CHROME;
  if (chosen) return { file: path.join(chosen, "chromium"), libraries: path.join(chosen, "lib") };
  if (process.platform !== "linux" || process.arch !== "x64") {
    return { file: process.env.PW_CHROMIUM ?? "", libraries: null };
  }
  if (!existsSync(CACHE)) unpack();
  return { file: path.join(CACHE, "chromium"), libraries: path.join(CACHE, "lib") };
}

/** To a temporary place first, so that a stopped run leaves no half of it, and two runs do not meet. */
function unpack(): void {
  mkdirSync(path.dirname(CACHE), { recursive: true });
  const folder = mkdtempSync(`${CACHE}-`);
  const packed = (name: string) => brotliDecompressSync(readFileSync(path.join(PACKAGE, name)));
  writeFileSync(path.join(folder, "chromium"), packed("chromium.br"), { mode: 0o755 });
  for (const name of ["aws.tar.br", "swiftshader.tar.br"]) {
    execFileSync("tar", ["-x", "-C", folder], { input: packed(name), stdio: ["pipe", "ignore", "inherit"] });
  }
  try {
    renameSync(folder, CACHE);
  } catch (cause) {
    if (!existsSync(CACHE)) throw cause;
    rmSync(folder, { recursive: true, force: true });
  }
}

type SendCommand = (method: string, params?: object) => Promise<CommandResult>;

interface CommandResult {
  readonly result?: { readonly value: unknown };
  readonly data?: string;
  readonly sessionId?: string;
  readonly targetInfos?: readonly { readonly type: string; readonly targetId: string }[];
}

interface CommandMessage {
  readonly id?: number;
  readonly result?: CommandResult;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: {
    readonly exceptionDetails?: { readonly text: string; readonly exception?: { description?: string } };
  };
}

/** The browser's one page, over the two pipes that the browser reads and writes: JSON, with a zero byte after each. */
async function connect(browser: ChildProcess, errors: string[]): Promise<SendCommand> {
  const [, , , commands, answers] = browser.stdio as [null, null, null, Writable, Readable];
  let last = 0;
  const waiting = new Map<number, (message: CommandMessage) => void>();
  const hear = (message: CommandMessage) => {
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method !== "Runtime.exceptionThrown") return;
    const { text, exception } = message.params?.exceptionDetails ?? { text: "?" };
    errors.push(exception?.description ?? text);
  };
  browser.once("exit", (code) => {
    const error = { message: `the old Chromium ended with ${code}` };
    for (const answer of waiting.values()) answer({ error });
  });
  let heard = "";
  answers.setEncoding("utf8").on("data", (text: string) => {
    const messages = `${heard}${text}`.split("\0");
    heard = messages.pop() ?? "";
    for (const message of messages) hear(JSON.parse(message));
  });
  const callOf =
    (sessionId?: string): SendCommand =>
    (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(`${method}: ${error.message}`));
        });
        commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
  const call = callOf();
  for (;;) {
    const { targetInfos = [] } = await call("Target.getTargets");
    const page = targetInfos.find(({ type }) => type === "page");
    if (page !== undefined) {
      const { sessionId } = await call("Target.attachToTarget", { targetId: page.targetId, flatten: true });
      return callOf(sessionId);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
