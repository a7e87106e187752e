import { type ChildProcess, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { startChild } from "#lib/testing/child-process.ts";
import { freePort, product } from "../product.ts";
import { until } from "./until.ts";

export const PARTS = ["web", "worker", "sandbox", "postgres"] as const;
/** By which of WeChat Pay's protocols the product speaks to the sandbox. */
export type SandboxApi = "v3" | "v2";
export type Part = (typeof PARTS)[number];

/** The launcher waits longer with each death of a part; before that takes too long it is started afresh. */
const DEATHS_MAX = 3;

/** What a shop and its judge need of a product, wherever its parts run. */
export type ProductDoors = Pick<RunningProduct, "url" | "sandboxUrl" | "apiKey" | "connect" | "query">;

export interface ProductShape {
  readonly api?: SandboxApi;
  readonly webProcesses?: number;
  /** The folder of the program that `npm start` is said in; by default this one. */
  readonly root?: string;
  /** Gets the data folder while it is empty. */
  readonly beforeStart?: (dataDir: string) => void;
}

interface CommandEnd {
  readonly code: number;
  readonly output: string;
}

/** A product of our own, started as its users start it; its processes may be killed at will. */
export class RunningProduct {
  readonly #dataDir: string;
  readonly #api: SandboxApi;
  readonly #port: number;
  readonly #sandboxPort: number;
  #launcher: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();
  #output = "";
  readonly #deaths = new Map<Part, number>();
  readonly #webProcesses: number;
  readonly #root: string;
  #apiKey = "";

  private constructor(
    dataDir: string,
    { api = "v3", webProcesses = 1, root = path.resolve() }: ProductShape,
    [port, sandboxPort]: readonly [number, number],
  ) {
    this.#api = api;
    this.#webProcesses = webProcesses;
    this.#root = root;
    this.#dataDir = dataDir;
    this.#port = port;
    this.#sandboxPort = sandboxPort;
  }

  static async open(dataParent: string, shape: ProductShape = {}): Promise<RunningProduct> {
    const dataDir = mkdtempSync(path.join(dataParent, "lingfu-crash-"));
    chmodSync(dataDir, 0o755); // As root, the database's account has to get in.
    const product = new RunningProduct(dataDir, shape, [await freePort(), await freePort()]);
    shape.beforeStart?.(dataDir);
    await product.start();
    product.#apiKey = product.#makeApiKey();
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.#sandboxPort}`;
  }

  get apiKey(): string {
    return this.#apiKey;
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  /** Of the product's processes and commands. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...product.environment,
      WEB_PROCESSES: String(this.#webProcesses),
      PORT: String(this.#port),
      SANDBOX_PORT: String(this.#sandboxPort),
      DATA_DIR: this.#dataDir,
      SANDBOX_API: this.#api,
      PAYMENT_CONFIG: path.join(this.#dataDir, "no_payment_config.json"),
    };
  }

  /** `npm start`, until it says ready. */
  async start(): Promise<void> {
    const launcher = startChild([path.join(this.#root, "lib/bin/start.mjs")], {
      cwd: this.#root,
      env: this.environment,
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#launcher = launcher;
    this.#deaths.clear();
    this.#output = "";
    this.#ended = new Promise((resolve) => launcher.once("exit", resolve));
    await new Promise<void>((resolve, reject) => {
      const listen = (text: string) => {
        this.#output = (this.#output + text).slice(-20_000);
        if (/^ready /m.test(this.#output)) resolve();
      };
      launcher.stdout?.setEncoding("utf8").on("data", listen);
      launcher.stderr?.setEncoding("utf8").on("data", listen);
      launcher.once("exit", () => reject(new Error(`the product did not start:\n${this.#output}`)));
    });
  }

  /** The orderly end, and its data with it. */
  async close(): Promise<void> {
    await this.end();
    this.forget();
  }

  async end(): Promise<void> {
    this.thawLauncher(); // A test that failed may have left it frozen.
    this.#launcher?.kill("SIGTERM");
    await this.#ended;
  }

  forget(): void {
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** All parts up, with patience left for more deaths. */
  async settle(): Promise<void> {
    if (this.#launcher?.exitCode !== null || this.#launcher.signalCode !== null) await this.start();
    else if (Math.max(0, ...this.#deaths.values()) >= DEATHS_MAX) {
      await this.killAll();
      await this.start();
    }
    await this.ready();
  }

  /** Web, worker, sandbox and database are there. */
  async ready(): Promise<void> {
    let missing = "";
    const look = async () => {
      missing = PARTS.filter((part) => this.#pidOf(part) === undefined).join(" and ");
      if (missing !== "") return false;
      const answers = await Promise.all([fetch(`${this.url}/readyz`), fetch(`${this.sandboxUrl}/control/clock`)]);
      missing = (await Promise.all(answers.map((answer) => answer.text()))).join(" ");
      return answers.every(({ ok }) => ok);
    };
    await until("the product is ready", look).catch((cause) => {
      throw new Error(`the product is not ready: ${missing}\n${this.#output}`, { cause });
    });
  }

  /** Kill -9. @returns false when the part was not running just then */
  strike(part: Part): boolean {
    const pids = this.#pidsOf(part);
    if (pids.length === 0) return false;
    this.#deaths.set(part, (this.#deaths.get(part) ?? 0) + 1);
    return pids.map((pid) => signal(pid, "SIGKILL")).some((died) => died);
  }

  /** Kill -9 of a part that is known to run, until it is gone. */
  async kill(part: Part): Promise<void> {
    const pid = await until(`${part} runs`, () => this.#pidOf(part));
    this.#deaths.set(part, (this.#deaths.get(part) ?? 0) + 1);
    signal(pid, "SIGKILL");
    await until(`${part} is gone`, () => !isAlive(pid));
  }

  /** It neither answers nor breaks off, as on a machine that swaps itself to death; the database with all its processes. */
  freeze(part: Part): { thaw: () => void } {
    const pid = this.#pidOf(part);
    if (pid === undefined) throw new Error(`${part} does not run`);
    const helpers = part === "postgres" ? processes().filter(({ parent }) => parent === pid) : [];
    const pids = [pid, ...helpers.map((helper) => helper.pid)];
    for (const each of pids) signal(each, "SIGSTOP");
    return {
      thaw: () => {
        for (const each of pids) signal(each, "SIGCONT");
      },
    };
  }

  /** While the launcher is frozen nothing is started again. */
  freezeLauncher(): void {
    this.#launcher?.kill("SIGSTOP");
  }

  thawLauncher(): void {
    this.#launcher?.kill("SIGCONT");
  }

  /** Kill -9 of the start process alone; what it started has to notice. */
  async killLauncher(): Promise<void> {
    this.#launcher?.kill("SIGKILL");
    await this.#ended;
  }

  /** Kill -9 of the start process and all that it started, in one moment. */
  async killAll(): Promise<void> {
    const pids = PARTS.flatMap((part) => this.#pidsOf(part));
    this.#launcher?.kill("SIGKILL");
    for (const pid of pids) signal(pid, "SIGKILL");
    await this.#ended;
    await until("all is gone", () => !pids.some(isAlive));
  }

  /** A connection of the test's own. */
  async connect(): Promise<pg.Client> {
    const server = await attachPostgres({ dataDir: this.#postgresFolder });
    if (server === undefined) throw new Error("the database does not run");
    const client = new pg.Client({ connectionString: server.url(), application_name: "crash-test" });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  get #postgresFolder(): string {
    return path.join(this.#dataDir, "postgres");
  }

  #pidOf(part: Part): number | undefined {
    return this.#pidsOf(part)[0];
  }

  #pidsOf(part: Part): number[] {
    const ours = processes();
    const isPart = (one: RunningProcess) =>
      part === "postgres"
        ? // It outlives its launcher, and the next one takes it over without being its parent. Its helpers go with it.
          one.command.includes(` -D ${this.#clusterFolder} `)
        : one.parent === this.#launcher?.pid && one.command.endsWith(`lib/bin/${part}.ts`);
    return ours.filter(isPart).map(({ pid }) => pid);
  }

  /** Where root's data lies in a folder that the database's account cannot enter, it says where the cluster is. */
  get #clusterFolder(): string {
    const note = path.join(this.#postgresFolder, "location");
    const base = existsSync(note) ? readFileSync(note, "utf8").trim() : this.#postgresFolder;
    return path.join(base, "cluster/data");
  }

  #makeApiKey(): string {
    const command = ["lib/bin/run.mjs", "lib/bin/cli.ts", "keys", "create", "--name", "crash", "--json"];
    const answer = execFileSync(process.execPath, command, {
      cwd: this.#root,
      env: this.environment,
      encoding: "utf8",
    });
    return (JSON.parse(answer) as { secret: string }).secret;
  }

  /** Runs the operator's tool of the program in `root` for this product. */
  command(root: string, args: readonly string[]): Promise<CommandEnd> {
    const run = startChild([path.join(root, "lib/bin/run.mjs"), "lib/bin/cli.ts", ...args], {
      cwd: root,
      env: this.environment,
      stdout: "pipe",
      stderr: "pipe",
    });
    let output = "";
    for (const stream of [run.stdout, run.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return new Promise((resolve) => run.once("close", (code) => resolve({ code: code ?? 1, output })));
  }

  /** The folder of the program that this part runs. */
  programOf(part: Part): string {
    return readlinkSync(`/proc/${this.#pidOf(part) ?? "none"}/cwd`);
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of this machine. Linux only. */
function processes(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return [{ pid: Number(name), parent, command }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

/** A zombie that is not reaped yet is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** @returns false when it had ended by itself */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
