import { rmSync } from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { REQUESTS_PER_SHARED_CONNECTION } from "#lib/base/web-limits.ts";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts } from "../support/product.ts";
import { makeScratchFolder, startProductIn } from "../support/start-product.ts";
import { writeBenchSection } from "./bench-file.ts";
import { makeApiKey } from "./command-environment.ts";
import { countConnections } from "./connections.ts";
import { type CpuHold, holdCpu, whyNotHeld } from "./cpu-hold.ts";
import { type PreparedRequest, runLoad } from "./load.ts";
import { cpuSeconds, processesOf } from "./processes.ts";
import { seededOrderId, seedWaitingOrders } from "./seed.ts";
import { figure, markdownTable } from "./tables.ts";

const SHARE = 0.25;
/** For each process: calls that come at once share their reads and commits, which is cheaper the more there are. */
const CONNECTIONS = 32;
const AIM = 1.8;
/** One and two by turns, so that neither has the better place. */
const ROUNDS = [1, 2, 2, 1];
const ORDERS = 1_000;
const LOOK_EVERY_MS = 250;
/** For each process. In that time every connection has been opened anew once, by whichever process was free. */
const UNMEASURED = Math.ceil(1.2 * REQUESTS_PER_SHARED_CONNECTION * CONNECTIONS);

interface ComparedCall {
  readonly name: string;
  readonly requests: number;
  readonly expected: number;
  /** Right before it is measured. */
  readonly before?: () => Promise<void>;
  readonly request: (n: number) => PreparedRequest;
}

interface HeldRound {
  readonly call: string;
  readonly processes: number;
  readonly perSecond: number;
  /** Of one core, by process. */
  readonly busy: readonly number[];
  /** Of the load's connections, by process. */
  readonly connections: readonly number[];
}

/**
 * Whether two web processes do twice what one does. Each is held to a quarter of a core, so that the database and the load, which
 * share the machine, are not what ends it.
 */
export async function benchProcesses(): Promise<void> {
  const why = whyNotHeld();
  if (why !== null) {
    console.error(`web processes cannot be compared here: ${why}`);
    process.exitCode = 1;
    return;
  }
  await choosePorts();
  const folder = makeScratchFolder("processes");
  try {
    const rounds: HeldRound[] = [];
    let secret: string | null = null;
    for (const processes of ROUNDS) {
      process.env.WEB_PROCESSES = String(processes);
      const stopProduct = await startProductIn(folder);
      try {
        secret ??= await prepare(folder);
        rounds.push(...(await measureRound(processes, secret)));
      } finally {
        await stopProduct();
      }
    }
    show(rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare(folder: string): Promise<string> {
  const server = await attachPostgres({ dataDir: `${folder}/postgres` });
  if (!server) throw new Error("the product's database was not found");
  await seedWaitingOrders(server.url(), "bp", ORDERS);
  return makeApiKey().secret;
}

async function measureRound(processes: number, secret: string): Promise<HeldRound[]> {
  const pids = processesOf("web");
  if (pids.length !== processes) throw new Error(`${pids.length} web processes instead of ${processes}`);
  const calls = callsOf(secret);
  // Everything is compiled before anything is held.
  for (const { request } of calls) await load(request, { processes, requests: 2_000 });
  const holds: CpuHold[] = [];
  try {
    for (const pid of pids) holds.push(holdCpu(pid, SHARE));
    const rounds: HeldRound[] = [];
    for (const call of calls) rounds.push(await measureCall(call, pids));
    return rounds;
  } finally {
    for (const hold of holds) hold.release();
  }
}

const port = () => Number(process.env.E2E_PORT);
interface Load {
  readonly processes: number;
  /** For each process. */
  readonly requests: number;
  readonly unmeasured?: number;
}

const load = (request: ComparedCall["request"], { processes, requests, unmeasured = 0 }: Load) =>
  runLoad({
    port: port(),
    connections: CONNECTIONS * processes,
    requests: (requests + unmeasured) * processes,
    unmeasured: unmeasured * processes,
    request,
  });

async function measureCall(
  { name, requests, expected, before: prepareCall, request }: ComparedCall,
  pids: readonly number[],
): Promise<HeldRound> {
  await prepareCall?.();
  const [before, began] = [pids.map(cpuSeconds), performance.now()];
  const running = load(request, { processes: pids.length, requests, unmeasured: UNMEASURED });
  let connections: number[] = [];
  for (let ended = false; !ended; ) {
    connections = pids.map((pid) => countConnections(pid, port()));
    ended = await Promise.race([running.then(() => true), sleep(LOOK_EVERY_MS, false)]);
  }
  const { perSecond, statuses } = await running;
  const seconds = (performance.now() - began) / 1_000;
  if (Object.keys(statuses).join() !== `${expected}`) throw new Error(`${name}: ${JSON.stringify(statuses)}`);
  const busy = pids.map((pid, at) => (cpuSeconds(pid) - (before[at] ?? 0)) / seconds);
  const round = { call: name, processes: pids.length, perSecond, busy, connections };
  console.error(JSON.stringify(round));
  return round;
}

function callsOf(secret: string): ComparedCall[] {
  const idOf = (n: number) => seededOrderId("bp", (n % ORDERS) + 1);
  const status = (n: number): PreparedRequest => ({ method: "GET", path: `/api/orders/${idOf(n)}/status` });
  // Right before they are sent: an order's tag changes with what is told of it.
  const tags: string[] = [];
  const readTags = async () => {
    tags.length = 0;
    for (let n = 0; n < ORDERS; n++) tags.push(await tagOf(status(n).path));
  };
  const browser = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0",
    "accept-encoding": "gzip, deflate, br",
  };
  const run = Date.now();
  let made = 0;
  const create = (): PreparedRequest => ({
    method: "POST",
    path: "/api/v1/orders",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${secret}`,
      "idempotency-key": `${run}-${made++}`,
    },
    body: JSON.stringify({ items: [{ name: "拿铁", price: 18, quantity: 1 }] }),
  });
  const tagged = (n: number) => ({ ...status(n), headers: { "if-none-match": tags[n % ORDERS] ?? "" } });
  return [
    { name: "status", requests: 15_000, expected: 200, request: status },
    { name: "status, not modified (304)", requests: 15_000, expected: 304, before: readTags, request: tagged },
    {
      name: "pay page, compressed",
      ...{ requests: 1_500, expected: 200 },
      request: (n) => ({ method: "GET", path: `/pay/${idOf(n)}`, headers: browser }),
    },
    { name: "create an order", requests: 4_000, expected: 201, request: create },
  ];
}

/** On a connection of its own, which is not there any more when connections are counted. */
const tagOf = (path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port: port(), path, agent: false }, (answer) => {
      answer.resume().once("end", () => resolve(answer.headers.etag ?? ""));
    });
    request.once("error", reject);
  });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function show(rounds: readonly HeldRound[]): void {
  const names = [...new Set(rounds.map(({ call }) => call))];
  const compared = names.map((name) => {
    const of = (processes: number) => rounds.filter((each) => each.call === name && each.processes === processes);
    const rate = (processes: number) => mean(of(processes).map(({ perSecond }) => perSecond));
    return { name, one: rate(1), two: rate(2), times: rate(2) / rate(1), of };
  });
  const percent = (busy: readonly number[]) => busy.map((each) => figure(each * 100)).join(" + ");
  const lines = compared.map(({ name, one, two, times, of }) => [
    ...[name, figure(one), figure(two), times.toFixed(2)],
    percent(of(1)[0]?.busy ?? []),
    percent(of(2)[0]?.busy ?? []),
    of(2)
      .map(({ connections }) => connections.join(" + "))
      .join("; "),
  ]);
  const short = compared.filter(({ times }) => times < AIM).map(({ name }) => name);
  writeBenchSection("processes", {
    title: "Two web processes beside one",
    command: "processes",
    body: `Each web process is held to ${SHARE * 100} % of a core by a control group, so that only its CPU ends it; closed loop, ${CONNECTIONS} connections that are kept for each process, behind one port (\`WEB_PROCESSES\`):
calls that come at once share reads and commits, so that a process with half of the crowd would pay more for each call.
Connections are those at the end: each ends after ${REQUESTS_PER_SHARED_CONNECTION} answers where several share the port, and the process that is free takes the next one. The first ${figure(UNMEASURED)} calls for each process are not counted.
The mean of two starts each.

${markdownTable(["call", "one, per second", "two, per second", "times", "CPU of one, % of a core", "CPU of two", "connections of the two, by start"], lines)}

Aim: at least ${AIM} times: ${short.length === 0 ? "met" : `missed by ${short.join(", ")}`}.`,
  });
}
