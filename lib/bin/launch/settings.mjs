import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { makeOpenFolder } from "../postgres/binaries.mjs";
import { Refusal } from "./report.mjs";
import { inRoot } from "./runtime.mjs";

const portOf = (text) =>
  /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? Number(text) : undefined;

/** As `lib/config/environment.ts` has it, which cannot be asked before everything is installed. */
const FORMS = [
  ["DATABASE_URL", /^postgres(ql)?:\/\//, "must be set to a postgresql:// address"],
  ["ADMIN_EMAIL", /^[^\s@]+@[^\s@]+\.[^\s@]+$/, "must be an e-mail address"],
  ["ADMIN_PASSWORD", /^.{8,}$/s, "must have at least 8 characters"],
  [
    "LOG_LEVEL",
    /^(trace|debug|info|warn|error|fatal|silent)$/,
    "must be one of trace, debug, info, warn, error, fatal, silent",
  ],
  ["ALLOW_PRIVATE_WEBHOOKS", /^(0|1|true|false)$/, "must be 1 or 0"],
  ["SANDBOX_API", /^v[23]$/, "must be v3 or v2"],
  ["TRUST_PROXY", /^([0-9]|10)$/, "must be the number of proxies in front"],
];

/** Whatever of the environment cannot be used, all problems at once, and what the launcher itself needs of it. */
export function readSettings(env = process.env) {
  const problems = [];
  const port = portOf(env.PORT || "3000");
  if (!port) problems.push(`PORT must be a number from 1 to 65535, not ${env.PORT}`);
  const sandboxPort = portOf(env.SANDBOX_PORT || String((port ?? 0) + 1));
  if (!sandboxPort) problems.push(`SANDBOX_PORT must be a number from 1 to 65535, not ${env.SANDBOX_PORT || port + 1}`);
  if (port && port === sandboxPort) problems.push("SANDBOX_PORT must differ from PORT");
  const publicUrl = (env.PUBLIC_URL || `http://localhost:${port ?? 3000}`).replace(/\/+$/, "");
  if (!isWebAddress(publicUrl)) problems.push(`PUBLIC_URL must be an http or https address, not ${publicUrl}`);
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
    publicUrl,
    dataDir: path.resolve(inRoot(), env.DATA_DIR || ".data"),
    databaseUrl: env.DATABASE_URL || undefined,
    masterKey: env.MASTER_KEY || undefined,
    paymentConfig: path.resolve(inRoot(), env.PAYMENT_CONFIG || "config/payment_config.json"),
    sandboxApi: env.SANDBOX_API || "v3",
  };
}

/** The configuration that the sandbox writes for the version of the API that is wanted of it. */
export const sandboxConfig = ({ dataDir, sandboxApi }) =>
  path.join(dataDir, "sandbox", sandboxApi === "v2" ? "payment_config.v2.json" : "payment_config.json");

function isWebAddress(text) {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** Makes the data folder where it is absent; refuses one that we cannot use. */
export function openDataFolder(folder) {
  try {
    if (existsSync(folder) && !statSync(folder).isDirectory()) throw new Error("it is not a folder");
    makeOpenFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    makeOpenFolder(path.join(folder, "logs"));
    accessSync(path.join(folder, "logs"), constants.W_OK);
  } catch (cause) {
    throw new Refusal(`the data folder ${folder} (DATA_DIR) cannot be used: ${cause.message}`);
  }
}
