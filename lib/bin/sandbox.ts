import { type Sandbox, startSandbox } from "#lib/sandbox/server.ts";

// The sandbox WeChat Pay as a process of its own. SIGTERM and SIGINT end it with 0.

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

/** Where the product is reached from this machine, by the address that it was told to listen on. */
function productHost(): string {
  const { HOST: host = "" } = process.env;
  if (host === "" || host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

const port = portFrom("PORT", 3000);
let sandbox: Sandbox | null = null;

// Before anything else: a signal may come while keys are still being made, and there is nothing to lose by then.
const stop = () => {
  if (sandbox === null) process.exit(0);
  sandbox.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

try {
  sandbox = await startSandbox({
    port: portFrom("SANDBOX_PORT", port + 1),
    dataDir: process.env.DATA_DIR ?? ".data",
    notifyUrlDefault: `http://${productHost()}:${port}/payment/notify`,
    ...(process.env.SANDBOX_TLS_PORT ? { tlsPort: portFrom("SANDBOX_TLS_PORT", 0) } : {}),
    ...(process.env.SANDBOX_HOST === undefined ? {} : { host: process.env.SANDBOX_HOST }),
  });
  console.log(`sandbox listening on ${sandbox.url}`);
} catch (cause) {
  console.error(`sandbox: ${cause instanceof Error ? cause.message : String(cause)}`);
  process.exit(1);
}
