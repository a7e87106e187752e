import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Shop } from "../support/crash/shop.ts";
import { until } from "../support/crash/until.ts";
import { freePort } from "../support/product.ts";

// Live streams behind Debian's nginx as it comes: with buffering, and an end after 60 seconds of silence.

/** One more than fit between two ends of nginx's: 80 seconds of heartbeats. */
const HEARTBEATS = 4;
const STREAMS = 20;

export interface NginxResult {
  readonly streams: number;
  /** From the shopper's payment to the last of the streams. */
  readonly "paid on screen ms": number;
  /** Of a stream that outlives nginx's patience. */
  readonly heartbeats: number;
}

/** @throws when a stream ends, or says nothing */
export async function streamThroughNginx(shop: Shop, url: string): Promise<NginxResult> {
  const nginx = await startNginx(url);
  try {
    const order = await shop.order();
    const codeUrl = await shop.open(order);
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(nginx.url, order.id)));
    const [first] = streams;
    await Promise.all(streams.map((stream) => stream.until((text) => text.includes('"pending"'))));
    await shop.scan({ codeUrl });
    const scannedAt = performance.now();
    await Promise.all(streams.map((stream) => stream.until((text) => text.includes('"paid"'))));
    const paidMs = Math.round(performance.now() - scannedAt);
    const beats = (text: string) => text.split(": still here").length - 1;
    await first?.until((text) => beats(text) >= HEARTBEATS);
    for (const stream of streams) stream.close();
    return { streams: STREAMS, "paid on screen ms": paidMs, heartbeats: HEARTBEATS };
  } finally {
    await nginx.stop();
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

async function startNginx(upstream: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-nginx-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(
    path.join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {}
     http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
       server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; } } }`,
  );
  const child = spawn("/usr/sbin/nginx", ["-p", folder, "-c", path.join(folder, "nginx.conf")], { stdio: "ignore" });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  await until("nginx answers", async () => (await fetch(`${url}/healthz`)).ok);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([gone, sleep(5_000)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
