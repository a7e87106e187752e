import path from "node:path";
import { z } from "zod";
import { type Network, readNetwork } from "#lib/base/networks.ts";
import { Secret } from "#lib/base/secret.ts";
import { type BackupPlaceSettings, backupPlaceFields, backupPlaceOf, backupPlaceProblems } from "./backup-place.ts";
import { MASTER_KEY_BYTES } from "./sealed-box.ts";

/** A process's settings from the environment, read once at its start (README, "Configuration"). */
export interface Environment {
  readonly mode: "production" | "development" | "test";
  readonly port: number;
  /** The address to listen on; null for all of this machine's. */
  readonly host: string | null;
  /** The launcher's listening socket, which its web processes share; null for a process that opens its own. */
  readonly listenFd: number | null;
  /** How many web processes of this machine share a port. */
  readonly webProcesses: number;
  readonly sandboxPort: number;
  /** An origin: without a slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  /** Postgres itself: for LISTEN, migrations and backups, which need a session of their own. */
  readonly databaseListenUrl: string;
  /** A streaming replica that the dashboard reads for what is only looked at; null: it reads the primary. */
  readonly databaseReplicaUrl: string | null;
  /** Whether `databaseUrl` is a connection pooler; so it is where DATABASE_LISTEN_URL is set. */
  readonly databasePooled: boolean;
  /** False where the pooler does not track prepared statements. */
  readonly databasePrepared: boolean;
  readonly masterKey: Secret<Uint8Array>;
  /** The one before, or the one to come: opens, while a change of keys is under way. */
  readonly previousMasterKey: Secret<Uint8Array> | null;
  /** Absolute path of the launcher's master key file; null if the key was set by hand. */
  readonly masterKeyFile: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute path of the merchant's own configuration. */
  readonly paymentConfig: string;
  /** Absolute path of the configuration that the sandbox writes; used while there is no other. */
  readonly sandboxConfig: string;
  readonly adminEmail: string | null;
  readonly adminPassword: Secret<string> | null;
  readonly logLevel: LogLevel;
  readonly metricsToken: Secret<string> | null;
  /** Where traces are sent by OTLP over HTTP, without a slash at the end; null: nothing is traced. */
  readonly otlpEndpoint: string | null;
  readonly allowPrivateWebhooks: boolean;
  /** Origins of the shop's own pages over which the pay page may open; none by default. */
  readonly embedOrigins: readonly string[];
  /** Agents may use tools that change something. */
  readonly mcpWrites: boolean;
  /** The API key that `npm run mcp` works with. */
  readonly mcpKey: Secret<string> | null;
  readonly trustedProxies: TrustedProxies;
  /** The folder of the embedded PostgreSQL, said by the launcher; null with a database of the merchant's own. */
  readonly embeddedPostgres: string | null;
  readonly backupPlace: BackupPlaceSettings;
  /** Where the ledger's daily heads are kept: an absolute path, or an http or https address. */
  readonly ledgerAnchor: string;
  /** Signs what is sent to such an address, as webhooks are signed. */
  readonly ledgerAnchorSecret: Secret<string> | null;
  /** Whether this process may start on a database that a newer program upgraded, if it can work with it (config/upgrading.md). */
  readonly allowNewerDatabase: boolean;
  /** The https address that names the newest version; null where nobody is asked. */
  readonly updateFeed: string | null;
}

/**
 * The proxies whose `X-Forwarded-For` is trusted: those at these addresses, or this number of proxies in a row. A number does
 * not say where they are, so they are trusted only at private and loopback addresses, which a direct caller from the internet
 * does not have. A caller on the same private network may, so addresses are the better setting.
 */
export type TrustedProxies = number | readonly Network[];

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings that cannot be used: every reason, each beginning with the name of its setting. */
export class ConfigurationProblem extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigurationProblem";
    this.problems = problems;
  }
}

const port = z.coerce.number("must be a number from 1 to 65535").int("must be a whole number").min(1).max(65_535);
const flag = z.enum(["0", "1", "true", "false"], "must be 1 or 0").transform((text) => text === "1" || text === "true");
const webAddress = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .refine((text) => !/[?#]/.test(text), "must have no query and no fragment")
  .refine((text) => !/^[^/]+:\/\/[^/]*@/.test(text), "must hold no user name and no password")
  .refine((text) => !URL.canParse(text) || /^\/*$/.test(new URL(text).pathname), "must have no path: an origin alone")
  .transform((text) => (URL.canParse(text) ? new URL(text).origin : text));
const otlpEndpoint = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .refine((text) => !/[?#]/.test(text) && !/^[^/]+:\/\/[^/]*@/.test(text), "must have no query and no user name")
  .transform((text) => text.replace(/\/+$/, ""));
const postgresAddress = z
  .string("must be set to a postgresql:// address")
  .regex(/^postgres(ql)?:\/\//, "must be set to a postgresql:// address")
  .refine(
    (text) => !/^[^/]+:\/\/(?:[^/?#]*@)?[^/?#@]*,[^/?#@]*(?:[/?#]|$)/.test(text),
    "names several hosts; name one that follows the primary",
  )
  .refine((text) => URL.canParse(text) || text.includes(","), "must be set to a postgresql:// address");
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const EMBED_ORIGINS_MAX = 20;
const isEmbedOrigin = (text: string): boolean => {
  // It is written into a policy, where a star or a semicolon would mean something.
  if (!/^https?:\/\/[a-z0-9.:[\]-]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === "https:" || (protocol === "http:" && LOOPBACK_HOST.test(hostname)));
};
const embedOrigins = z
  .string()
  .transform((text) => text.split(",").map((each) => each.trim()))
  .refine(
    (origins) => origins.length <= EMBED_ORIGINS_MAX && origins.every(isEmbedOrigin),
    `must be at most ${EMBED_ORIGINS_MAX} origins like https://shop.example, separated by commas; http is for this machine alone`,
  );
const HOPS_MAX = 10;
const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  if (/^\d{1,2}$/.test(text) && Number(text) <= HOPS_MAX) return Number(text);
  const networks = text.split(",").map((each) => readNetwork(each.trim()));
  if (networks.every((each) => each !== null)) return networks;
  context.addIssue(`must be the number of proxies in front (0 to ${HOPS_MAX}), or their addresses and networks`);
  return z.NEVER;
});

/** @returns null if it is not 32 bytes in base64, checked more strictly than Buffer does */
export function readMasterKey(text: string): Secret<Uint8Array> | null {
  const trimmed = text.trim();
  const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, "base64") : Buffer.alloc(0);
  return bytes.length === MASTER_KEY_BYTES ? new Secret<Uint8Array>(bytes) : null;
}

const masterKey = z
  .string("is required: 32 bytes in base64, as `openssl rand -base64 32` makes them")
  .transform((text, context) => {
    const key = readMasterKey(text);
    if (key !== null) return key;
    context.addIssue("must be 32 bytes in base64, as `openssl rand -base64 32` makes them");
    return z.NEVER;
  });

const environmentSchema = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("production"),
  PORT: port.default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,253}$/, "must be an address or a name of this machine")
    .optional(),
  LISTEN_FD: z.coerce.number().int().min(3).optional(),
  WEB_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  SANDBOX_PORT: port.optional(),
  PUBLIC_URL: webAddress.optional(),
  DATABASE_URL: postgresAddress,
  DATABASE_LISTEN_URL: postgresAddress.optional(),
  DATABASE_REPLICA_URL: postgresAddress.optional(),
  DATABASE_PREPARED: flag.default(true),
  MASTER_KEY: masterKey,
  MASTER_KEY_PREVIOUS: masterKey.optional(),
  MASTER_KEY_FILE: z.string().optional(),
  DATA_DIR: z.string().default(".data"),
  PAYMENT_CONFIG: z.string().default("config/payment_config.json"),
  SANDBOX_CONFIG: z.string().optional(),
  ADMIN_EMAIL: z.email("must be an e-mail address").optional(),
  ADMIN_PASSWORD: z.string().min(8, "must have at least 8 characters").optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
  METRICS_TOKEN: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint.optional(),
  ALLOW_PRIVATE_WEBHOOKS: flag.default(false),
  EMBED_ORIGINS: embedOrigins.optional(),
  MCP_WRITES: flag.default(false),
  MCP_KEY: z.string().regex(/^sk_/, "must be the secret of an API key, sk_…").optional(),
  TRUST_PROXY: trustedProxies.default(0),
  EMBEDDED_POSTGRES: z.string().optional(),
  ...backupPlaceFields,
  LEDGER_ANCHOR: z
    .string()
    .refine(
      (text) => path.isAbsolute(text) || (/^https?:\/\//.test(text) && URL.canParse(text)),
      "must be an absolute path, or an http or https address",
    )
    .optional(),
  LEDGER_ANCHOR_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64")
    .optional(),
  ALLOW_NEWER_DATABASE: flag.default(false),
  UPDATE_FEED: z.url({ protocol: /^https$/, error: "must be an https address" }).optional(),
});

/**
 * The environment, checked. An empty variable counts as one that is not set.
 * @throws ConfigurationProblem with every problem at once
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== undefined && text !== ""));
  const parsed = environmentSchema.safeParse(given);
  const problems = backupPlaceProblems(given);
  if (!parsed.success || problems.length > 0) {
    const found = parsed.error?.issues.map(({ path: at, message }) => `${at.join(".")} ${message}`) ?? [];
    throw new ConfigurationProblem([...found, ...problems]);
  }
  const env = parsed.data;
  const dataDir = path.resolve(env.DATA_DIR);
  return {
    mode: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST ?? null,
    listenFd: env.LISTEN_FD ?? null,
    webProcesses: env.WEB_PROCESSES,
    sandboxPort: env.SANDBOX_PORT ?? env.PORT + 1,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    databaseUrl: env.DATABASE_URL,
    databaseListenUrl: env.DATABASE_LISTEN_URL ?? env.DATABASE_URL,
    databaseReplicaUrl: env.DATABASE_REPLICA_URL ?? null,
    databasePooled: env.DATABASE_LISTEN_URL !== undefined,
    databasePrepared: env.DATABASE_PREPARED,
    masterKey: env.MASTER_KEY,
    previousMasterKey: env.MASTER_KEY_PREVIOUS ?? null,
    masterKeyFile: env.MASTER_KEY_FILE === undefined ? null : path.resolve(env.MASTER_KEY_FILE),
    dataDir,
    paymentConfig: path.resolve(env.PAYMENT_CONFIG),
    sandboxConfig: path.resolve(env.SANDBOX_CONFIG ?? path.join(dataDir, "sandbox", "payment_config.json")),
    adminEmail: env.ADMIN_EMAIL ?? null,
    adminPassword: env.ADMIN_PASSWORD === undefined ? null : new Secret(env.ADMIN_PASSWORD),
    logLevel: env.LOG_LEVEL,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    metricsToken: env.METRICS_TOKEN === undefined ? null : new Secret(env.METRICS_TOKEN),
    allowPrivateWebhooks: env.ALLOW_PRIVATE_WEBHOOKS,
    embedOrigins: env.EMBED_ORIGINS ?? [],
    mcpWrites: env.MCP_WRITES,
    mcpKey: env.MCP_KEY === undefined ? null : new Secret(env.MCP_KEY),
    trustedProxies: env.TRUST_PROXY,
    embeddedPostgres: env.EMBEDDED_POSTGRES ?? null,
    backupPlace: backupPlaceOf(env, path.join(dataDir, "backups")),
    ledgerAnchor: env.LEDGER_ANCHOR ?? path.join(dataDir, "ledger-anchors.jsonl"),
    ledgerAnchorSecret: env.LEDGER_ANCHOR_SECRET === undefined ? null : new Secret(env.LEDGER_ANCHOR_SECRET),
    allowNewerDatabase: env.ALLOW_NEWER_DATABASE,
    updateFeed: env.UPDATE_FEED ?? null,
  };
}

/** What the pool is opened with. */
export const poolAddressOf = (environment: Environment) => ({
  url: environment.databaseUrl,
  pooled: environment.databasePooled,
  prepared: environment.databasePrepared,
});

/** What the pool of the replica is opened with; null without one. */
export const replicaAddressOf = (environment: Environment) =>
  environment.databaseReplicaUrl === null
    ? null
    : { ...poolAddressOf(environment), url: environment.databaseReplicaUrl };
