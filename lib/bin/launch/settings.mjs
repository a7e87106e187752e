import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { isIP } from "node:net";
import path from "node:path";
import { serverAccount } from "../postgres/account.mjs";
import { makeOpenFolder } from "../postgres/binaries.mjs";
import { Refusal } from "./report.mjs";
import { inRoot } from "./runtime.mjs";

const portOf = (text) =>
  /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? Number(text) : undefined;

const isEmbedOrigin = (text) => {
  if (!/^https?:\/\/[a-z0-9.:[\]-]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === "https:" || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname));
};

/** The same rules as in `lib/config/environment.ts`, which cannot be imported before the packages are installed. */
const FORMS = [
  ["ADMIN_EMAIL", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "must be an e-mail address"],
  ["ADMIN_PASSWORD", /^.{8,}$/s, "must have at least 8 characters"],
  [
    "LOG_LEVEL",
    /^(trace|debug|info|warn|error|fatal|silent)$/,
    "must be one of trace, debug, info, warn, error, fatal, silent",
  ],
  ["ALLOW_PRIVATE_WEBHOOKS", /^(0|1|true|false)$/, "must be 1 or 0"],
  ["WEB_PROCESSES", /^([1-9]|[1-5][0-9]|6[0-4])$/, "must be a number from 1 to 64"],
  ["DATABASE_PREPARED", /^(0|1|true|false)$/, "must be 1 or 0"],
  ["LEDGER_ANCHOR", /^(\/|[A-Za-z]:[\\/]|https?:\/\/[^\s/])/, "must be an absolute path, or an http or https address"],
  ["LEDGER_ANCHOR_SECRET", /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64"],
  [
    "EMBED_ORIGINS",
    { test: (text) => text.split(",").every((each) => isEmbedOrigin(each.trim())) },
    "must be origins like https://shop.example, separated by commas; http is for this machine alone",
  ],
  ["MCP_WRITES", /^(0|1|true|false)$/, "must be 1 or 0"],
  ["MCP_KEY", /^sk_/, "must be the secret of an API key, sk_…"],
  ["UPDATE_FEED", /^https:\/\/[^\s/]/, "must be an https address"],
  ["ALLOW_NEWER_DATABASE", /^(0|1|true|false)$/, "must be 1 or 0"],
  ["SANDBOX_API", /^v[23]$/, "must be v3 or v2"],
  ["HOST", /^[A-Za-z0-9._:-]{1,253}$/, "must be an address or a name of this machine, without a port"],
];

const DATABASES = ["DATABASE_URL", "DATABASE_LISTEN_URL", "DATABASE_REPLICA_URL"];
const HOPS = /^([0-9]|10)$/;

function databaseProblem(text) {
  if (!/^postgres(ql)?:\/\//.test(text)) return "must be set to a postgresql:// address";
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
  if (!authority.slice(authority.lastIndexOf("@") + 1).includes(",")) return undefined;
  return "names several hosts, which is not supported: name one address that follows the primary (a DNS name, a virtual address or a pooler)";
}

const isNetwork = (text) => {
  const [, address = "", prefix = "0"] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  return isIP(address) > 0 && Number(prefix) <= (isIP(address) === 4 ? 32 : 128);
};
const isTrust = (text) => HOPS.test(text) || text.split(",").every((each) => isNetwork(each.trim()));

/** An origin only: a path, query or password would break links and the comparison with Origin headers. */
function publicUrlProblem(text) {
  if (text.includes("@")) return "must hold no user name and no password";
  if (!isWebAddress(text)) return `must be an http or https address, not ${text}`;
  const { pathname } = new URL(text);
  if (/[?#]/.test(text)) return `must have no query and no fragment, not ${text}`;
  return /^\/*$/.test(pathname) ? undefined : `must have no path: give the origin alone, ${new URL(text).origin}`;
}

function addressProblems(env, publicUrl) {
  const found = [["PUBLIC_URL", publicUrlProblem(publicUrl)]];
  for (const name of DATABASES) found.push([name, env[name] && databaseProblem(env[name])]);
  if (env.DATABASE_LISTEN_URL && !env.DATABASE_URL) {
    found.push(["DATABASE_LISTEN_URL", "is of use only with DATABASE_URL: the embedded database has one address"]);
  }
  if (env.DATABASE_REPLICA_URL && !env.DATABASE_URL) {
    found.push(["DATABASE_REPLICA_URL", "is of use only with DATABASE_URL: the embedded database has no replica"]);
  }
  const trusts = !env.TRUST_PROXY || isTrust(env.TRUST_PROXY);
  found.push([
    "TRUST_PROXY",
    trusts
      ? ""
      : "must be the number of proxies in front (0 to 10), or their addresses and networks: 10.0.0.7,192.168.0.0/16",
  ]);
  return found.flatMap(([name, problem]) => (problem ? [`${name} ${problem}`] : []));
}

/** Reads what the launcher needs from the environment. @throws Refusal with all problems of the environment at once */
export function readSettings(env = process.env) {
  const problems = [];
  const port = portOf(env.PORT || "3000");
  if (!port) problems.push(`PORT must be a number from 1 to 65535, not ${env.PORT}`);
  const sandboxPort = portOf(env.SANDBOX_PORT || String((port ?? 0) + 1));
  if (!sandboxPort) problems.push(`SANDBOX_PORT must be a number from 1 to 65535, not ${env.SANDBOX_PORT || port + 1}`);
  if (port && port === sandboxPort) problems.push("SANDBOX_PORT must differ from PORT");
  const publicUrl = env.PUBLIC_URL || `http://localhost:${port ?? 3000}`;
  problems.push(...addressProblems(env, publicUrl));
  for (const name of ["MASTER_KEY", "MASTER_KEY_PREVIOUS"]) {
    if (!env[name] || Buffer.from(env[name], "base64").length === 32) continue;
    problems.push(`${name} must be 32 bytes in base64, as \`openssl rand -base64 32\` makes them`);
  }
  if (env.DATABASE_URL && !env.MASTER_KEY) {
    problems.push(
      "MASTER_KEY is required with DATABASE_URL: 32 bytes in base64, as `openssl rand -base64 32` makes them",
    );
  }
  for (const [name, form, must] of FORMS) if (env[name] && !form.test(env[name])) problems.push(`${name} ${must}`);
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
  return {
    port,
    sandboxPort,
    host: env.HOST || undefined,
    webProcesses: Number(env.WEB_PROCESSES || 1),
    publicUrl: new URL(publicUrl).origin,
    dataDir: path.resolve(inRoot(), env.DATA_DIR || ".data"),
    databaseUrl: env.DATABASE_URL || undefined,
    listenUrl: env.DATABASE_LISTEN_URL || undefined,
    masterKey: env.MASTER_KEY || undefined,
    paymentConfig: path.resolve(inRoot(), env.PAYMENT_CONFIG || "config/payment_config.json"),
    sandboxApi: env.SANDBOX_API || "v3",
  };
}

/** The configuration file that the sandbox writes for this version of the API. */
export const sandboxConfig = ({ dataDir, sandboxApi }) =>
  path.join(dataDir, "sandbox", sandboxApi === "v2" ? "payment_config.v2.json" : "payment_config.json");

function isWebAddress(text) {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** Creates the data folder if it is absent, readable by this account only. @throws Refusal if it cannot be used */
export function openDataFolder(folder, { embedded = true } = {}) {
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory()) throw new Error("it is not a folder");
    makePrivateFolder(folder, embedded ? serverAccount(path.join(folder, "postgres/cluster/data")) : undefined);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    makeOpenFolder(path.join(folder, "logs"));
    accessSync(path.join(folder, "logs"), constants.W_OK);
  } catch (cause) {
    throw new Refusal(`the data folder ${folder} (DATA_DIR) cannot be used: ${cause.message}`);
  }
}

/** As root, the embedded database runs under another account; its group may enter the folder but not list it. */
function makePrivateFolder(folder, account) {
  if (existsSync(folder)) return;
  makeOpenFolder(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
  if (account) chownSync(folder, 0, account.gid);
  chmodSync(folder, account ? 0o710 : 0o700);
}
