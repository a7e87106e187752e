import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Composed, compose } from "#lib/compose.ts";
import { type DoctorTarget, runDoctor } from "#lib/compose-doctor.ts";
import { type Environment, poolAddressOf, readEnvironment } from "#lib/config/environment.ts";
import { keyRingOf, refuseUnknownKeys } from "#lib/config/master-key.ts";
import { answerWeb } from "#lib/http/web-adapter.ts";
import { checkConnections } from "#lib/storage/connection-checks.ts";
import { testDatabase } from "./template-database.ts";

export type Config = Record<string, string>;
export type DoctorFixture = Awaited<ReturnType<typeof openDoctorFixture>>;

/** A product that is well: the sandbox as a process of its own, the notify door on a real port, a worker that was just seen. */
export async function openDoctorFixture() {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-ward-"));
  const database = await testDatabase();
  const door = await listen((request, response) => void pass(() => fixture, request, response));
  const sandbox = await startSandboxProcess(folder, door.port);
  const environment = readEnvironment({
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PORT: String(door.port),
    PUBLIC_URL: `http://127.0.0.1:${door.port}`,
    PAYMENT_CONFIG: path.join(folder, "payment_config.json"),
    LOG_LEVEL: "silent",
  });
  const stopping = new AbortController();
  const fixture: Composed = await compose({ process: "web", stopping: stopping.signal, environment });
  await fixture.database.pool.query(
    "insert into heartbeats (process, seen_at) values ('worker:test:1', now() + interval '1 hour')",
  );
  const fileOf = async (config: Config | string) => {
    const file = path.join(folder, "examined.json");
    await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
    return file;
  };
  const read = async (name: string) => readFile(path.join(folder, "sandbox", name), "utf8");
  return {
    folder,
    fixture,
    environment,
    doorOrigin: `http://127.0.0.1:${door.port}`,
    v3: JSON.parse(await read("payment_config.json")) as Config,
    v2: JSON.parse(await read("payment_config.v2.json")) as Config,
    /** A file of the sandbox's folder. */
    read,
    target: patientOf(fixture, environment),
    control: async (call: string, body: object) => {
      const answer = await fetch(`${sandbox.url}/control/${call}`, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    fileOf,
    examine: async (config: Config | string) => runDoctor(patientOf(fixture, environment), await fileOf(config)),
    async close() {
      stopping.abort();
      sandbox.child.kill("SIGKILL");
      await fixture.close();
      await door.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

const patientOf = (fixture: Composed, environment: Environment): DoctorTarget => ({
  environmentProblems: [],
  publicUrl: environment.publicUrl,
  dataDir: environment.dataDir,
  paymentConfig: null,
  database: fixture.database,
  clock: fixture.clock,
  activeAccount: () => fixture.accounts.active(),
  checkMasterKey: () => refuseUnknownKeys(fixture.database.pool, keyRingOf(environment)),
  checkConnections: () => checkConnections(poolAddressOf(environment), environment.databaseListenUrl),
});

async function startSandboxProcess(folder: string, port: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ["lib/bin/sandbox.ts"], {
    env: { ...process.env, DATA_DIR: folder, PORT: String(port), SANDBOX_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: line.toString().trim().split(" ").at(-1) ?? "" };
}

export async function listen(listener: RequestListener): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Our own handlers; in place of the pages something with their headers. */
async function pass(fixture: () => Composed, ...[request, response]: Parameters<RequestListener>): Promise<void> {
  if (request.url?.startsWith("/pay/")) {
    response.writeHead(404, { "referrer-policy": "strict-origin-when-cross-origin" }).end();
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { method = "GET", headers } = request;
  const init = {
    method,
    headers: headers as Record<string, string>,
    ...(method === "GET" ? {} : { body: Buffer.concat(parts) }),
  };
  const answer = await answerWeb(fixture(), new Request(`http://127.0.0.1${request.url}`, init));
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}
