import "../bin/launch/keep-inside.mjs";
import { REQUESTS_PER_SHARED_CONNECTION } from "#lib/base/web-limits.ts";
import { compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { answerLauncher } from "../bin/web/answer-launcher.ts";
import { startWeb } from "../bin/web/start-web.ts";

// A web process without Next, for tests of what several of them do together: every page says which process made it.

const environment = readEnvironment();
const stopping = new AbortController();
const container = await compose({ process: "web", stopping: stopping.signal, environment });
const web = await startWeb({
  container,
  port: environment.port,
  ...(environment.listenFd === null ? {} : { fd: environment.listenFd }),
  ...(environment.webProcesses > 1 ? { requestsPerConnection: REQUESTS_PER_SHARED_CONNECTION } : {}),
  dev: false,
  files: null,
  pages: { handle: async (_incoming, outgoing) => void outgoing.end(String(process.pid)) },
});
process.send?.({ started: true });
answerLauncher(process);

process.on("SIGTERM", async () => {
  stopping.abort();
  await web.stop();
  await container.close();
  process.exit(0);
});
