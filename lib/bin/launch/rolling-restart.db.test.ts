import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { type KeptChild, keepAlive } from "./child.mjs";
import { openListeningSocket } from "./listening-socket.mjs";

// Goal: two web processes behind one port answer as one, and each is replaced under load without losing a request.
// Method: the launcher's own parts with real processes; only Next is left out.

const WAIT = { timeout: 30_000, interval: 20 };
const SPEED = { startMs: 60_000, stopMs: 10_000 };

let database: TestDatabase;
let folder: string;
let product: Composed;
let secret: string;
let port: number;
let webs: KeptChild[];
const said: string[] = [];
const ENTRY = "lib/testing/web-process.ts";

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "lingfu-webs-"));
  port = await freePort();
  const variables = {
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PORT: String(port),
    WEB_PROCESSES: "2",
    PAYMENT_CONFIG: path.join(folder, "none.json"),
    LOG_LEVEL: "warn",
  };
  product = await compose({
    process: "cli",
    stopping: new AbortController().signal,
    environment: readEnvironment({ ...variables, LOG_LEVEL: "silent" }),
  });
  const key = await product.keys.create({ name: "shop", requireSigning: false, scopes: [], actor: "test" });
  secret = key.secret.reveal();
  const socketFd = await openListeningSocket({ port, host: "127.0.0.1" });
  const environment = () => ({ ...process.env, ...variables });
  const web = (name: string) => {
    const logFile = path.join(folder, `${name}.log`);
    return keepAlive({ name, entry: ENTRY, environment, logFile, say: (line) => said.push(line), socketFd });
  };
  webs = [web("web"), web("web-2")];
  await bothSeen();
});
afterAll(async () => {
  await Promise.all(webs.map((web) => web.stop(10_000)));
  await product.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", () => resolve()));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

interface SentAsk {
  readonly method?: string;
  readonly path: string;
  readonly agent?: http.Agent | false;
  readonly body?: string;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Node's own client never repeats a request. */
const ask = ({ method = "GET", path: target, agent = false, body = "" }: SentAsk): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const request = http.request({ host: "127.0.0.1", port, path: target, method, agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", reject);
    });
    request.on("error", reject).end(body);
  });

async function pidsSeen(times: number): Promise<Set<string>> {
  const asks = Array.from({ length: times }, () => ask({ path: "/" }).catch(() => null));
  return new Set((await Promise.all(asks)).flatMap((reply) => (reply === null ? [] : [reply.text])));
}

/** An idle process may take several connections in a row, so it is asked until both have answered. */
async function bothSeen(): Promise<Set<string>> {
  const seen = new Set<string>();
  await vi.waitUntil(async () => {
    for (const pid of await pidsSeen(20)) seen.add(pid);
    return seen.size >= 2;
  }, WAIT);
  return seen;
}

const makeOrder = async (agent: http.Agent | false = false) => {
  const body = JSON.stringify({ items: [{ name: "Tea", price: 5, quantity: 1 }] });
  const { status, text } = await ask({ method: "POST", path: "/api/v1/orders", agent, body });
  if (status !== 201) throw new Error(`${status} ${text}`);
  return JSON.parse(text) as { id: string };
};

test("connections that one process took while the other was not free are shared by both in the end", async () => {
  const [one, other] = [...(await bothSeen())].map(Number) as [number, number];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const answeredBy = async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask({ path: "/", agent })));
    return new Set(replies.map(({ text }) => Number(text)));
  };
  process.kill(one, "SIGSTOP");
  try {
    expect(await answeredBy()).toEqual(new Set([other]));
  } finally {
    process.kill(one, "SIGCONT");
  }
  await vi.waitUntil(async () => (await answeredBy()).has(one), WAIT);
  agent.destroy();
});

test("live status reaches every watcher, whichever process it asked, and whichever process made the change", async () => {
  const { id } = await makeOrder();
  const closed = vi.fn();
  const streams = await Promise.all(
    Array.from({ length: 12 }, () => {
      return new Promise<http.ClientRequest>((resolve) => {
        const request = http.get(
          { host: "127.0.0.1", port, path: `/api/orders/${id}/events`, agent: false },
          (answer) =>
            answer.setEncoding("utf8").on("data", (text: string) => {
              if (text.includes('"pending"')) resolve(request);
              if (text.includes('"closed"')) closed();
            }),
        );
      });
    }),
  );
  expect((await ask({ method: "POST", path: `/api/v1/orders/${id}/close`, body: "{}" })).status).toBe(200);
  await vi.waitUntil(() => closed.mock.calls.length >= streams.length, WAIT);
  for (const stream of streams) stream.destroy();
});

test("each process is replaced under load: no request is lost, and none is answered by a process that is gone", async () => {
  const before = await bothSeen();
  const over = new AbortController();
  const failures: string[] = [];
  const pids = new Set<string>();
  let answered = 0;
  const shopper = async (agent: http.Agent | false) => {
    while (!over.signal.aborted) {
      try {
        const { id } = await makeOrder(agent);
        const { status } = await ask({ path: `/api/orders/${id}/status`, agent });
        if (status !== 200) failures.push(`status ${status}`);
        pids.add((await ask({ path: "/", agent })).text);
        answered += 3;
      } catch (cause) {
        failures.push(String(cause));
      }
      await sleep(10);
    }
  };
  const agents = Array.from({ length: 6 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  const shoppers = [...agents, false as const, false as const].map(shopper);
  for (const web of webs) await web.replace(SPEED);
  await vi.waitUntil(async () => [...(await pidsSeen(10))].every((pid) => !before.has(pid)), WAIT);
  over.abort();
  await Promise.all(shoppers);
  for (const agent of agents) agent.destroy();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(100);
  expect([...before].filter((pid) => pids.has(pid)).length).toBeGreaterThan(0);
  const after = await bothSeen();
  expect([...after].filter((pid) => before.has(pid))).toEqual([]);
  expect(webs.map(({ deaths }) => deaths)).toEqual([0, 0]);
  expect(said.filter((line) => line.includes("ended"))).toEqual([]);
});

test("one that does not start takes nobody's place", async () => {
  const before = await bothSeen();
  const [first] = webs;
  const lame = keepAlive({
    name: "lame",
    entry: ENTRY,
    environment: () => ({ ...process.env, PORT: "none" }),
    logFile: path.join(folder, "lame.log"),
    say: () => {},
  });
  await expect(lame.replace(SPEED)).rejects.toThrow(
    /the new lame does not start, it ended \(code 1\), and the one before goes on/,
  );
  await lame.stop(1_000);
  expect(await first?.answers(5_000)).toBe(true);
  expect([...(await bothSeen())].filter((pid) => !before.has(pid))).toEqual([]);
});
