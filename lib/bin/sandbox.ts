import "./launch/keep-inside.mjs";
import { runSandbox } from "#lib/sandbox/index.ts";
import { giveBackMemory } from "./launch/give-back-memory.mjs";

// The sandbox WeChat Pay as a process of its own, with the product's settings.

function portFrom(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`sandbox: ${name} is not a port number: ${text}`);
    process.exit(1);
  }
  return port;
}

/** The address that reaches the product from this machine. */
function productHost(): string {
  const { HOST: host = "" } = process.env;
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

const port = portFrom("PORT", 3000);
await runSandbox({
  port: portFrom("SANDBOX_PORT", port + 1),
  dataDir: process.env.DATA_DIR ?? ".data",
  merchantName: "灵付演示店",
  notifyUrlDefault: `http://${productHost()}:${port}/payment/notify`,
  ...(process.env.SANDBOX_TLS_PORT ? { tlsPort: portFrom("SANDBOX_TLS_PORT", 0) } : {}),
  ...(process.env.SANDBOX_HOST === undefined ? {} : { host: process.env.SANDBOX_HOST }),
});
giveBackMemory();
