#!/usr/bin/env node
import { parseArgs } from "node:util";
import { runSandbox } from "./run.ts";

// `wechatpay-sandbox`: the simulator alone, for any project.

const USAGE = `wechatpay-sandbox [--port 3001] [--tls-port PORT] [--host 127.0.0.1] [--data-dir .data]
                  [--notify-url http://127.0.0.1:3000/payment/notify] [--merchant-name NAME]
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n${USAGE}`);
  process.exit(1);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "3001" },
        "tls-port": { type: "string" },
        host: { type: "string" },
        "data-dir": { type: "string", default: ".data" },
        "notify-url": { type: "string" },
        "merchant-name": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause));
  }
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  return /^[0-9]+$/.test(text) && port <= 65_535 ? port : fail(`--${name} must be a port from 0 to 65535, not ${text}`);
}

const { port, host, help, ...more } = readOptions();
if (help) {
  process.stdout.write(USAGE);
} else {
  await runSandbox({
    port: portOf("port", port),
    dataDir: more["data-dir"],
    ...(more["tls-port"] === undefined ? {} : { tlsPort: portOf("tls-port", more["tls-port"]) }),
    ...(host === undefined ? {} : { host }),
    ...(more["notify-url"] === undefined ? {} : { notifyUrlDefault: more["notify-url"] }),
    ...(more["merchant-name"] === undefined ? {} : { merchantName: more["merchant-name"] }),
  });
}
