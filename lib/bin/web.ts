import "./launch/keep-inside.mjs";
import { hostname } from "node:os";
import path from "node:path";
import next from "next";
import { REQUESTS_PER_SHARED_CONNECTION } from "#lib/base/web-limits.ts";
import { compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { startFigures, startMinutes } from "#lib/tasks/keep-minutes.ts";
import { standInForWorker } from "#lib/tasks/stand-in-for-worker.ts";
import { explainAndExit } from "./launch/explain-and-exit.ts";
import { giveBackMemory } from "./launch/give-back-memory.mjs";
import { announceRealMode } from "./web/announce-real-mode.ts";
import { answerLauncher } from "./web/answer-launcher.ts";
import { limitConsole } from "./web/limit-console.ts";
import { loadPageLane } from "./web/page-lane.ts";
import { startWeb } from "./web/start-web.ts";
import { loadStaticFiles } from "./web/static-files.ts";

// The web process. It ends on SIGTERM, SIGINT and the loss of the launcher: live streams first, then running calls.

const environment = readEnvironment();
const dev = environment.mode === "development";
if (!dev) limitConsole();
const stopping = new AbortController();
const container = await compose({ process: "web", stopping: stopping.signal }).catch(explainAndExit);
(globalThis as { [CONTAINER_SYMBOL]?: unknown })[CONTAINER_SYMBOL] = Promise.resolve(container);

// The name by which Next calls this process itself, to pass on an action.
const ownName = (host: string | null) => (host === null || host === "0.0.0.0" || host === "::" ? "localhost" : host);
const root = process.cwd();
const files = dev ? null : await loadStaticFiles(root);
const app = next({ dev, dir: root, hostname: ownName(environment.host), port: environment.port });
await app.prepare();
const handle = app.getRequestHandler();

const web = await startWeb({
  container,
  port: environment.port,
  ...(environment.host === null ? {} : { host: environment.host }),
  ...(environment.listenFd === null ? {} : { fd: environment.listenFd }),
  ...(environment.webProcesses > 1 ? { requestsPerConnection: REQUESTS_PER_SHARED_CONNECTION } : {}),
  dev,
  files,
  lane: dev ? null : await loadPageLane(path.join(root, ".lane"), container),
  pages: { handle: (incoming, outgoing) => handle(incoming, outgoing) },
});
container.log.info("web.listening", { port: web.port });
process.send?.({ started: true });
answerLauncher(process);
giveBackMemory();
files?.warm().catch((cause: unknown) => container.log.warn("web.files_not_compressed", { cause }));

const telling = announceRealMode({ accounts: container.accounts, send: process.send?.bind(process) });

const standIn = standInForWorker(container);
const { metrics, clock, log, database } = container;
const source = `web:${hostname()}:${process.pid}`;
const minutes = startMinutes({ pool: database.pool, metrics, clock, source, ofDatabase: false }, log);
const figures = startFigures(metrics, log);

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  telling.stop();
  await Promise.all([standIn.stop(), minutes.stop(), figures.stop()]);
  stopping.abort();
  await web.stop();
  await app.close();
  await metrics.withdrawFigures().catch(() => {});
  await container.close();
  process.exit(0);
}
process.on("SIGTERM", end);
process.on("SIGINT", end);
process.on("disconnect", end);
