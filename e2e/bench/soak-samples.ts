import pg from "pg";
import type { PostgresServer } from "#lib/bin/postgres/start-postgres.mjs";
import { product } from "../support/product.ts";
import { type ProcessMemory, readMemory, readTree, sumMemory } from "./process-memory.ts";
import { processesOf } from "./processes.ts";
import type { Sample } from "./soak-figures.ts";

// Looks at a running product now and then: memory by process, and what its /metrics and its database tell.

export const GAUGES = {
  "heap used, web (MB)": { metric: "nodejs_heap_size_used_bytes", process: "web", scale: 1e6 },
  "heap used, worker (MB)": { metric: "nodejs_heap_size_used_bytes", process: "worker", scale: 1e6 },
  "event loop delay p99, web (ms)": { metric: "nodejs_eventloop_lag_p99_seconds", process: "web", scale: 1e-3 },
  "event loop delay p99, worker (ms)": { metric: "nodejs_eventloop_lag_p99_seconds", process: "worker", scale: 1e-3 },
  "jobs that wait": { metric: "lingfu_jobs_waiting", process: "", scale: 1 },
  "webhooks that wait": { metric: "lingfu_webhooks_pending", process: "", scale: 1 },
  "sweep lag (s)": { metric: "lingfu_sweep_lag_seconds", process: "", scale: 1 },
} as const;
const CONNECTIONS = "database connections";

export interface Sampler {
  /** By what was looked at. */
  readonly memory: ReadonlyMap<string, Sample[]>;
  readonly gauges: ReadonlyMap<string, Sample[]>;
  end(): Promise<void>;
}

/** The value of a gauge of a kind of process (`web:host:1234`), or of none. Several processes of a kind: the greatest. */
export function gaugeOf(text: string, metric: string, process: string): number | null {
  const line = new RegExp(`^${metric}(\\{[^}]*\\})? (\\S+)$`, "gm");
  const values = [...text.matchAll(line)].flatMap(([, labels = "", value]) =>
    process === "" || labels.includes(`process="${process}:`) ? [Number(value)] : [],
  );
  return values.length === 0 ? null : Math.max(...values);
}

/** What a look finds, by name. */
type SoakLook = Readonly<Record<string, number>>;

export function startSampling(server: PostgresServer, everyMs: number): Sampler {
  const began = performance.now();
  const memory = new Map<string, Sample[]>();
  const gauges = new Map<string, Sample[]>();
  const client = new pg.Client({ connectionString: server.superuserUrl("postgres") });
  const opened = client.connect();
  const note = (target: Map<string, Sample[]>, look: SoakLook) => {
    const minute = (performance.now() - began) / 60_000;
    for (const [name, value] of Object.entries(look))
      target.set(name, [...(target.get(name) ?? []), { minute, value }]);
  };
  let looking = Promise.resolve();
  const look = async () => {
    note(memory, lookAtMemory(server.pid));
    await opened;
    note(gauges, { ...(await readGauges()), [CONNECTIONS]: await countConnections(client) });
  };
  let failure: unknown;
  const timer = setInterval(() => {
    looking = looking.then(look).catch((cause: unknown) => {
      failure ??= cause;
    });
  }, everyMs);
  return {
    memory,
    gauges,
    async end() {
      clearInterval(timer);
      await looking;
      await client.end();
      if (failure !== undefined) throw failure;
    },
  };
}

function lookAtMemory(postgres: number): SoakLook {
  const of = (part: "web" | "worker" | "sandbox") => sumMemory(processesOf(part).map(readMemory));
  const server = sumMemory(readTree(postgres).map(readMemory));
  const both = (name: string, { pssMb, rssMb }: ProcessMemory) => ({
    [`${name}, PSS`]: pssMb,
    [`${name}, RSS`]: rssMb,
  });
  return {
    ...both("web", of("web")),
    ...both("worker", of("worker")),
    "Postgres without its cache, PSS": server.pssMb - server.sharedMb,
    "Postgres, the cache (128 MB at most)": server.sharedMb,
    "sandbox (keeps every trade), PSS": of("sandbox").pssMb,
  };
}

async function readGauges(): Promise<SoakLook> {
  const text = await (await fetch(`${product.url}/metrics`)).text();
  const found = Object.entries(GAUGES).flatMap(([name, { metric, process, scale }]) => {
    const value = gaugeOf(text, metric, process);
    return value === null ? [] : [[name, value / scale] as const];
  });
  return Object.fromEntries(found);
}

async function countConnections(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ open: number }>(
    "select count(*)::int as open from pg_stat_activity where backend_type = 'client backend'",
  );
  return rows[0]?.open ?? 0;
}
