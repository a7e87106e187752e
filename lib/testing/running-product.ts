import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { startWeb, type WebOptions } from "#lib/bin/web/start-web.ts";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import type { Scope } from "#lib/contract/scope.ts";
import { startSandbox } from "#lib/sandbox/index.ts";
import { startWorker } from "#lib/tasks/start-worker.ts";
import { testDatabase } from "./template-database.ts";

/** The product as it runs, without Next: web server, worker and sandbox in this process, on ports of their own. */
export interface RunningProduct {
  readonly url: string;
  readonly sandboxUrl: string;
  /** What its processes are started with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly composed: Composed;
  /** An API key of this product. */
  key(options?: { readonly requireSigning?: boolean; readonly scopes?: readonly Scope[] }): Promise<{
    readonly id: string;
    readonly secret: string;
  }>;
  close(): Promise<void>;
}

/** What is no call of the API is answered with the path that was asked for. */
const pages: WebOptions["pages"] = {
  async handle(incoming, outgoing) {
    outgoing.end(`page ${incoming.url}`);
  },
};

export async function startProduct(): Promise<RunningProduct> {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-product-"));
  const database = await testDatabase();
  const port = await freePortBeforeAnother();
  const url = `http://localhost:${port}`;
  const notifyUrlDefault = `http://127.0.0.1:${port}/payment/notify`;
  const sandbox = await startSandbox({ port: port + 1, dataDir: folder, notifyUrlDefault });
  const variables = {
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PORT: String(port),
    SANDBOX_PORT: new URL(sandbox.url).port,
    PUBLIC_URL: url,
    PAYMENT_CONFIG: path.join(folder, "payment_config.json"),
    LOG_LEVEL: "silent",
  };
  const environment = readEnvironment(variables);
  const stopping = new AbortController();
  const product = await compose({ process: "web", stopping: stopping.signal, environment });
  const web = await startWeb({ container: product, pages, files: null, port, dev: false });
  const { upkeep: _, ...parts } = product;
  const worker = startWorker({ ...parts, processId: "test" });
  return {
    url,
    sandboxUrl: sandbox.url,
    variables,
    composed: product,
    async key({ requireSigning = false, scopes = [] } = {}) {
      const { id, secret } = await product.keys.create({ name: "test", requireSigning, scopes, actor: "test" });
      return { id, secret: secret.reveal() };
    },
    async close() {
      stopping.abort();
      await Promise.all([worker.stop(), web.stop()]);
      await product.close();
      await sandbox.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The sandbox takes the next one, as under `npm start`. */
async function freePortBeforeAnother(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const isFree = await freePort(port + 1).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
}

export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(wanted, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
