import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { runInNewContext } from "node:vm";

/** An example that is running, as a shop on a port of its own. */
export interface RunningShop {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ShopCommand {
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  /** Where its webhooks arrive. */
  readonly hook: string;
}

interface ShopOptions {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the shop and returns once it answers. */
export async function startShop({ command, args }: ShopCommand, { port, env }: ShopOptions): Promise<RunningShop> {
  const child = spawn(command, args(port), {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => {
      output += text;
    });
  }
  const url = `http://localhost:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, stop: () => end(child) };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

interface WxRequest {
  readonly url: string;
  readonly method: string;
  readonly data?: object;
  success(answer: { statusCode: number; data: unknown }): void;
  fail(problem: { errMsg: string }): void;
}

interface WxPayment {
  readonly package: string;
  success(answer: { errMsg: string }): void;
  fail(problem: { errMsg: string }): void;
}

interface MiniPage {
  data: Record<string, unknown>;
  setData(this: MiniPage, more: object): void;
  [name: string]: unknown;
}

export interface MiniProgramWorld {
  readonly shop: string;
  readonly lingfu: string;
  /** What WeChat's cashier does with a prepay: true when it was paid. */
  readonly cashier: (prepayId: string) => Promise<boolean>;
}

/** The example mini program in an engine of its own, with WeChat's `wx` played by the test. */
export function openMiniProgram(world: MiniProgramWorld) {
  const root = path.resolve("examples/miniprogram");
  let page: MiniPage | null = null;
  const backs: string[] = [];
  const wx = {
    login: ({ success }: { success(answer: { code: string }): void }) => success({ code: "a code that works once" }),
    navigateBack: () => void backs.push("back"),
    request({ url, method, data, success, fail }: WxRequest) {
      const body = data === undefined ? {} : { body: JSON.stringify(data) };
      fetch(url, { method, headers: { "content-type": "application/json" }, ...body })
        .then(async (answer) => success({ statusCode: answer.status, data: await answer.json() }))
        .catch((cause: unknown) => fail({ errMsg: `request:fail ${cause}` }));
    },
    requestPayment({ package: prepay, success, fail }: WxPayment) {
      world.cashier(prepay.replace(/^prepay_id=/, "")).then((isPaid) => {
        if (isPaid) success({ errMsg: "requestPayment:ok" });
        else fail({ errMsg: "requestPayment:fail cancel" });
      });
    },
  };
  const load = (file: string): unknown => {
    const module = { exports: {} };
    const scope = {
      ...{ wx, module, setTimeout, Promise, Error },
      require: (name: string) => load(path.resolve(path.dirname(file), name)),
      getApp: () => ({ globalData: { shop: world.shop, lingfu: world.lingfu } }),
      Page(made: MiniPage) {
        page = Object.assign(made, { setData: (more: object) => void Object.assign(made.data, more) });
      },
    };
    runInNewContext(readFileSync(file, "utf8"), scope, { filename: file });
    return module.exports;
  };
  return {
    backs,
    /** A page of the mini program, with its methods. */
    open(name: string): MiniPage & Record<string, (...args: unknown[]) => Promise<void>> {
      load(path.join(root, "pages", name, `${name}.js`));
      if (page === null) throw new Error(`${name} made no page`);
      return page as unknown as MiniPage & Record<string, (...args: unknown[]) => Promise<void>>;
    },
  };
}
