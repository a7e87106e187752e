import path from "node:path";
import { z } from "zod";
import { Secret } from "#lib/base/secret.ts";
import { MASTER_KEY_BYTES } from "./sealed-box.ts";

/** What a process is told from outside, once, at its start (README, "Configuration"). */
export interface Environment {
  readonly mode: "production" | "development" | "test";
  readonly port: number;
  readonly sandboxPort: number;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  readonly masterKey: Secret<Uint8Array>;
  /** The one before, or the one to come: opens, while a change of keys is under way. */
  readonly previousMasterKey: Secret<Uint8Array> | null;
  /** Absolute path of the file that the launcher keeps the master key in; null where it was given by hand. */
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
  readonly allowPrivateWebhooks: boolean;
  /** How many proxies of ours stand in front; so many entries of `X-Forwarded-For` are believed, from the right. */
  readonly trustedProxies: number;
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

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
  .transform((text) => text.replace(/\/+$/, ""));

/** @returns null where it is not 32 bytes in base64; what else Buffer would forgive is a slip of the hand here */
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
  SANDBOX_PORT: port.optional(),
  PUBLIC_URL: webAddress.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be set to a postgresql:// address" }),
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
  ALLOW_PRIVATE_WEBHOOKS: flag.default(false),
  TRUST_PROXY: z.coerce.number("must be the number of proxies in front").int().min(0).max(10).default(0),
});

/**
 * The environment, checked. An empty variable counts as one that is not set.
 * @throws ConfigurationProblem with every problem at once
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, text]) => text !== undefined && text !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigurationProblem(parsed.error.issues.map(({ path: at, message }) => `${at.join(".")} ${message}`));
  }
  const env = parsed.data;
  const dataDir = path.resolve(env.DATA_DIR);
  return {
    mode: env.NODE_ENV,
    port: env.PORT,
    sandboxPort: env.SANDBOX_PORT ?? env.PORT + 1,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    databaseUrl: env.DATABASE_URL,
    masterKey: env.MASTER_KEY,
    previousMasterKey: env.MASTER_KEY_PREVIOUS ?? null,
    masterKeyFile: env.MASTER_KEY_FILE === undefined ? null : path.resolve(env.MASTER_KEY_FILE),
    dataDir,
    paymentConfig: path.resolve(env.PAYMENT_CONFIG),
    sandboxConfig: path.resolve(env.SANDBOX_CONFIG ?? path.join(dataDir, "sandbox", "payment_config.json")),
    adminEmail: env.ADMIN_EMAIL ?? null,
    adminPassword: env.ADMIN_PASSWORD === undefined ? null : new Secret(env.ADMIN_PASSWORD),
    logLevel: env.LOG_LEVEL,
    metricsToken: env.METRICS_TOKEN === undefined ? null : new Secret(env.METRICS_TOKEN),
    allowPrivateWebhooks: env.ALLOW_PRIVATE_WEBHOOKS,
    trustedProxies: env.TRUST_PROXY,
  };
}
