import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import type { CounterWorld } from "./conformance-codepay.ts";

// A sandbox with its notices caught, for tests of the adapters against the other end of the wire.

const NOTICE_PATH = "/payment/notify";

/** Real time, since the sandbox signs in it, moved by a little where a wait would have to be sat out. */
export function slidingClock() {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    skip: (ms: number) => {
      ahead += ms;
    },
  };
}

/** Begins at noon in Beijing, far from the edges of a day; for tests in which days count. */
export function noonClock() {
  const clock = slidingClock();
  const now = clock.now();
  clock.skip(Date.parse(`${beijingDay(now)}T12:00:00+08:00`) - now.getTime());
  return clock;
}

export interface SandboxConfig {
  readonly appid: string;
  readonly mch_id: string;
  readonly notify_url: string;
  readonly api_v3_key: string;
  readonly serial_no: string;
  readonly private_key: string;
  readonly wechatpay_public_key_id: string;
  readonly wechatpay_public_key: string;
  readonly api_base: string;
  readonly app_secret: string;
}

/** The other configuration, for API v2 over TLS. */
interface SandboxConfigV2 extends Pick<SandboxConfig, "appid" | "mch_id" | "notify_url" | "api_base"> {
  readonly api_key: string;
  readonly cert_path: string;
  readonly key_path: string;
  readonly api_ca_path: string;
}

/** @param clock the one by which the shop lives, where it is not everybody's: signatures carry its time */
export async function startSandboxWorld(clock?: Clock) {
  const dataDir = await mkdtemp(join(tmpdir(), "gateways-"));
  const inbox = await startInbox();
  const notifyUrlDefault = `${inbox.origin}${NOTICE_PATH}`;
  const sandbox: Sandbox = await startSandbox({ port: 0, dataDir, notifyUrlDefault, ...(clock && { clock }) });
  const config = JSON.parse(await readFile(sandbox.credentialsFile, "utf8")) as SandboxConfig;
  const control = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${sandbox.url}/control/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`control/${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const configV2 = JSON.parse(await readFile(sandbox.credentialsFileV2, "utf8")) as SandboxConfigV2;
  return {
    sandbox,
    inbox,
    config,
    configV2,
    control,
    async close() {
      await sandbox.close();
      await inbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

type Control = (path: string, body: object) => Promise<Record<string, unknown>>;

/** A shopper of the sandbox at a counter. */
export const sandboxCounter = (control: Control, openid: string): CounterWorld => ({
  newAuthCode: async () => String((await control("auth-code", { openid })).authCode),
  askPassword: async () => void (await control("faults", { codepay: { userPaying: 1 } })),
  cancelPassword: async (outTradeNo) => void (await control("pay", { outTradeNo, outcome: "cancel" })),
});

interface Letter {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Receives notices and answers them as the test says. */
async function startInbox() {
  const waiting: ((letter: Letter) => void)[] = [];
  const letters: Letter[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    response.writeHead(204).end();
    const letter = { headers: request.headers, body: Buffer.concat(parts) };
    const reader = waiting.shift();
    if (reader === undefined) letters.push(letter);
    else reader(letter);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: async (): Promise<Letter> => letters.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    empty: () => void letters.splice(0),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
