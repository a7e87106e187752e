import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Shop } from "../support/crash/shop.ts";
import { until } from "../support/crash/until.ts";
import { freePort } from "../support/product.ts";

// Live streams behind Debian's nginx and Caddy as they come: nginx buffers, and ends what is silent for 60 seconds.

/** One more than fit into nginx's patience: 80 seconds of them. */
const HEARTBEATS = 4;
const STREAMS = 20;

export interface ProxyResult {
  readonly proxy: string;
  readonly streams: number;
  /** From the shopper's payment to the last of the streams. */
  readonly "paid on screen ms": number;
  /** Of one stream, which outlives nginx's patience. */
  readonly heartbeats: number;
}

/** Through each of them, at the same time. @throws when a stream ends, or says nothing */
export const streamThroughProxies = (shop: Shop, url: string): Promise<ProxyResult[]> =>
  Promise.all(PROXIES.map((proxy) => streamThrough(proxy, shop, url)));

async function streamThrough(proxy: TestedProxy, shop: Shop, upstream: string): Promise<ProxyResult> {
  const running = await start(proxy, upstream);
  try {
    const order = await shop.order();
    const codeUrl = await shop.open(order);
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(running.url, order.id)));
    const [first] = streams;
    await Promise.all(streams.map((stream) => stream.until((text) => text.includes('"pending"'))));
    await shop.scan({ codeUrl });
    const scannedAt = performance.now();
    await Promise.all(streams.map((stream) => stream.until((text) => text.includes('"paid"'))));
    const paidMs = Math.round(performance.now() - scannedAt);
    const beats = (text: string) => text.split(": still here").length - 1;
    await first?.until((text) => beats(text) >= HEARTBEATS);
    for (const stream of streams) stream.close();
    return { proxy: proxy.name, streams: STREAMS, "paid on screen ms": paidMs, heartbeats: HEARTBEATS };
  } finally {
    await running.stop();
  }
}

async function openStream(url: string, orderId: string) {
  const ending = new AbortController();
  const answer = await fetch(`${url}/api/orders/${orderId}/events`, { signal: ending.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async until(isThere: (text: string) => boolean): Promise<void> {
      while (!isThere(text)) {
        const read = await reader?.read();
        if (read === undefined || read.done) throw new Error(`a stream ended after: ${text}`);
        text += read.value;
      }
    },
    close: () => ending.abort(),
  };
}

interface TestedProxy {
  readonly name: string;
  readonly program: string;
  readonly arguments: (folder: string, file: string) => string[];
  /** Nothing but where it listens and what it leads to. */
  readonly configure: (place: { folder: string; port: number; upstream: string }) => string;
}

const PROXIES: readonly TestedProxy[] = [
  {
    name: "nginx",
    program: "/usr/sbin/nginx",
    arguments: (folder, file) => ["-p", folder, "-c", file],
    configure: ({
      folder,
      port,
      upstream,
    }) => `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}
     http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; } } }`,
  },
  {
    name: "Caddy",
    program: "/usr/bin/caddy",
    arguments: (_, file) => ["run", "--adapter", "caddyfile", "--config", file],
    configure: ({ port, upstream }) => `{
  admin off
}
http://127.0.0.1:${port} {
  reverse_proxy ${upstream}
}
`,
  },
];

async function start(proxy: TestedProxy, upstream: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-proxy-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const file = path.join(folder, "proxy.conf");
  writeFileSync(file, proxy.configure({ folder, port, upstream }));
  // Caddy keeps what it knows at home.
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(proxy.program, proxy.arguments(folder, file), { stdio: "ignore", env });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([gone, sleep(5_000)]);
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  await until(`${proxy.name} answers`, async () => (await fetch(`${url}/healthz`)).ok).catch(async (cause) => {
    await stop();
    throw cause;
  });
  return { url, stop };
}
