import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { until } from "../support/crash/until.ts";
import { freePort } from "../support/product.ts";

// PostgreSQL under Patroni with etcd, HAProxy and PgBouncer, all from Debian's packages, all on loopback.

const PACKAGES = {
  etcd: "etcd-server",
  patroni: "patroni python3-etcd",
  haproxy: "haproxy",
  pgbouncer: "pgbouncer",
  nginx: "nginx-light",
  caddy: "caddy",
};
const NODES = 3;
const POSTGRES = "/usr/lib/postgresql";
const PASSWORD = "of-the-cluster-test";

/** What apt has to install first; empty when all is there. */
export function missingPackages(): string[] {
  const found = (name: string) => ["/usr/bin", "/usr/sbin"].some((folder) => existsSync(path.join(folder, name)));
  const missing = Object.entries(PACKAGES).flatMap(([name, packages]) => (found(name) ? [] : [packages]));
  return existsSync(POSTGRES) ? missing : [...missing, "postgresql"];
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root. */
function accountOf(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const number = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

interface Node {
  readonly name: string;
  readonly port: number;
  readonly restPort: number;
  readonly folder: string;
  process: ChildProcess | null;
}

export class DatabaseCluster {
  readonly #folder: string;
  readonly #account: Account | null;
  readonly #nodes: Node[] = [];
  readonly #services: ChildProcess[] = [];
  #pgbouncer: ChildProcess | null = null;
  #etcdPort = 0;
  #primaryPort = 0;
  #poolerPort = 0;

  private constructor() {
    this.#account = accountOf();
    this.#folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-cluster-"));
    chmodSync(this.#folder, 0o755);
  }

  static async open(): Promise<DatabaseCluster> {
    const cluster = new DatabaseCluster();
    try {
      await cluster.#start();
    } catch (cause) {
      await cluster.close();
      throw cause;
    }
    return cluster;
  }

  /** By HAProxy, to whichever node is the primary. */
  get primaryUrl(): string {
    return `postgresql://lingfu:${PASSWORD}@127.0.0.1:${this.#primaryPort}/lingfu`;
  }

  /** The same by way of PgBouncer in transaction mode. */
  get poolerUrl(): string {
    return `postgresql://lingfu:${PASSWORD}@127.0.0.1:${this.#poolerPort}/lingfu`;
  }

  async #start(): Promise<void> {
    await this.#startEtcd();
    for (let number = 1; number <= NODES; number++) {
      const folder = this.#makeFolder(`node${number}`);
      const [port, restPort] = [await freePort(), await freePort()];
      this.#nodes.push({ name: `node${number}`, port, restPort, folder, process: null });
    }
    for (const node of this.#nodes) this.#startNode(node);
    await until("there is a primary with a synchronous standby", () => this.isSafe(), { timeoutMs: 180_000 });
    await this.#startProxy();
    await this.#makeShopDatabase();
    await this.#startPooler();
  }

  #makeFolder(name: string): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, { mode: 0o700 });
    if (this.#account !== null) chownSync(folder, this.#account.uid, this.#account.gid);
    return folder;
  }

  #write(file: string, lines: readonly string[]): string {
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    if (this.#account !== null) chownSync(file, this.#account.uid, this.#account.gid);
    return file;
  }

  #run(command: string, args: readonly string[], log: string): ChildProcess {
    const out = openSync(path.join(this.#folder, `${log}.log`), "a");
    return spawn(command, args, {
      stdio: ["ignore", out, out],
      detached: true, // So that a whole node can be killed at once.
      env: { NODE_ENV: "production", PATH: process.env.PATH, HOME: this.#folder, LANG: "C.UTF-8" },
      cwd: this.#folder,
      ...this.#account,
    });
  }

  async #startEtcd(): Promise<void> {
    const peer = `http://127.0.0.1:${await freePort()}`;
    this.#etcdPort = await freePort();
    const client = `http://127.0.0.1:${this.#etcdPort}`;
    const args = ["--name", "only", "--data-dir", path.join(this.#makeFolder("etcd"), "data")];
    args.push("--listen-client-urls", client, "--advertise-client-urls", client);
    args.push("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `only=${peer}`);
    this.#services.push(this.#run("etcd", args, "etcd"));
    await until("etcd answers", async () => (await fetch(`${client}/health`)).ok);
  }

  #startNode(node: Node): void {
    const config = this.#write(path.join(node.folder, "patroni.yml"), patroniLines(node, this.#etcdPort));
    node.process = this.#run("patroni", [config], node.name);
  }

  async #startProxy(): Promise<void> {
    this.#primaryPort = await freePort();
    const servers = this.#nodes.map(
      ({ name, port, restPort }) => `  server ${name} 127.0.0.1:${port} check port ${restPort}`,
    );
    const config = this.#write(path.join(this.#makeFolder("haproxy"), "haproxy.cfg"), [
      ...[
        "defaults",
        "  mode tcp",
        "  timeout connect 2s",
        "  timeout client 1h",
        "  timeout server 1h",
        "  timeout check 1s",
      ],
      ...[
        "listen primary",
        `  bind 127.0.0.1:${this.#primaryPort}`,
        "  option httpchk GET /primary",
        "  http-check expect status 200",
      ],
      "  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions",
      ...servers,
    ]);
    this.#services.push(this.#run("haproxy", ["-f", config], "haproxy"));
  }

  async #makeShopDatabase(): Promise<void> {
    const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${this.#primaryPort}/postgres`;
    // Before its first checks HAProxy takes every node for the primary.
    await until("the proxy leads to the primary alone", async () => {
      for (let tries = 0; tries < 3 * NODES; tries++) await query(url, "create temporary table writable ()");
      return true;
    });
    await query(url, `create role lingfu login nosuperuser nocreatedb nocreaterole password '${PASSWORD}'`);
    await query(url, "create database lingfu owner lingfu");
  }

  async #startPooler(): Promise<void> {
    this.#poolerPort = await freePort();
    const folder = this.#makeFolder("pgbouncer");
    const users = this.#write(path.join(folder, "userlist.txt"), [`"lingfu" "${PASSWORD}"`]);
    this.#write(path.join(folder, "pgbouncer.ini"), [
      "[databases]",
      `lingfu = host=127.0.0.1 port=${this.#primaryPort} dbname=lingfu connect_query='set statement_timeout to 15000'`,
      ...["[pgbouncer]", "listen_addr = 127.0.0.1", `listen_port = ${this.#poolerPort}`, "unix_socket_dir ="],
      ...["auth_type = scram-sha-256", `auth_file = ${users}`, "pool_mode = transaction"],
      ...["default_pool_size = 20", "max_client_conn = 1000", "server_login_retry = 1"],
    ]);
    await this.restartPooler();
  }

  async restartPooler(): Promise<void> {
    await kill(this.#pgbouncer);
    this.#pgbouncer = this.#run("pgbouncer", [path.join(this.#folder, "pgbouncer", "pgbouncer.ini")], "pgbouncer");
    await until("PgBouncer answers", () => query(this.poolerUrl, "select 1"));
  }

  /** A primary, and a standby that has all it has committed. */
  async isSafe(): Promise<boolean> {
    const states = await Promise.all(this.#nodes.map((node) => stateOf(node)));
    return states.some((state) => state === "primary") && states.some((state) => state === "sync");
  }

  /** Kill -9 of the primary's machine: Patroni and Postgres in one moment. @returns brings it back */
  async killPrimary(): Promise<() => void> {
    const states = await Promise.all(this.#nodes.map((node) => stateOf(node)));
    const node = this.#nodes[states.indexOf("primary")];
    if (node === undefined) throw new Error("there is no primary to kill");
    await killNode(node);
    return () => this.#startNode(node);
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map(killNode));
    await Promise.all([...this.#services, this.#pgbouncer].map(kill));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function query(connectionString: string, sql: string): Promise<true> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(sql);
    return true;
  } finally {
    await client.end();
  }
}

async function stateOf({ restPort }: Node): Promise<"primary" | "sync" | "other"> {
  const says = async (role: string) => {
    const answer = await fetch(`http://127.0.0.1:${restPort}/${role}`, { signal: AbortSignal.timeout(1_000) });
    return answer.status === 200;
  };
  try {
    if (await says("primary")) return "primary";
    return (await says("sync")) ? "sync" : "other";
  } catch {
    return "other";
  }
}

async function kill(child: ChildProcess | null): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await gone;
}

/** Postgres has a process group of its own; it is found by its data folder. */
async function killNode(node: Node): Promise<void> {
  const data = path.join(node.folder, "data");
  await kill(node.process);
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`) === data) process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended while we looked.
    }
  }
}

function patroniLines({ name, port, restPort, folder }: Node, etcdPort: number): string[] {
  const [version = ""] = readdirSync(POSTGRES).toSorted((one, other) => Number(other) - Number(one));
  const account = (user: string) => `{username: ${user}, password: ${PASSWORD}}`;
  return [
    ...["scope: lingfu", `name: ${name}`],
    ...["restapi:", `  listen: 127.0.0.1:${restPort}`, `  connect_address: 127.0.0.1:${restPort}`],
    ...["etcd3:", `  host: 127.0.0.1:${etcdPort}`],
    ...["bootstrap:", "  dcs:", "    ttl: 8", "    loop_wait: 1", "    retry_timeout: 3", "    synchronous_mode: true"],
    ...["    primary_start_timeout: 0", "    master_start_timeout: 0", "    maximum_lag_on_failover: 1048576"],
    ...["    postgresql:", "      use_pg_rewind: true", "      parameters:"],
    ...[
      "        max_connections: 100",
      "        shared_buffers: 32MB",
      "        wal_keep_size: 256MB",
      "        wal_log_hints: 'on'",
    ],
    ...["  initdb:", "    - encoding: UTF8", "    - locale: C.UTF-8", "    - data-checksums"],
    ...["postgresql:", `  listen: 127.0.0.1:${port}`, `  connect_address: 127.0.0.1:${port}`],
    ...[
      `  data_dir: ${path.join(folder, "data")}`,
      `  bin_dir: ${POSTGRES}/${version}/bin`,
      `  pgpass: ${folder}/pgpass`,
    ],
    ...["  remove_data_directory_on_rewind_failure: true", "  remove_data_directory_on_diverged_timelines: true"],
    ...["  authentication:", `    superuser: ${account("postgres")}`, `    replication: ${account("replicator")}`],
    ...[`    rewind: ${account("rewinder")}`],
    ...["  parameters:", `    unix_socket_directories: ${folder}`, "    password_encryption: scram-sha-256"],
    ...[
      "  pg_hba:",
      "    - host all all 127.0.0.1/32 scram-sha-256",
      "    - host replication all 127.0.0.1/32 scram-sha-256",
    ],
    "    - local all all trust",
  ];
}
