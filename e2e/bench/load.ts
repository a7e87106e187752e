import net from "node:net";

/** One request as bytes, made before the clock runs. */
export interface PreparedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadPlan {
  readonly port: number;
  readonly connections: number;
  /** How many requests in all; each connection sends its next one when the answer before it is there. */
  readonly requests: number;
  /** Sends no more than this many per second over all connections; without it as many as answers come. */
  readonly perSecond?: number;
  readonly request: (index: number) => PreparedRequest;
  /** So many at the beginning are sent and not counted. */
  readonly unmeasured?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Answers by status; what is not expected shows here instead of in the speed. */
  readonly statuses: Readonly<Record<number, number>>;
}

/**
 * A closed loop over plain sockets: the client has to cost less than what it measures, or it measures itself.
 * Loopback only, and bounded by the number of requests.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const messages = Array.from({ length: plan.requests }, (_, index) => bytesOf(plan.request(index), plan.port));
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  let next = 0;
  let began = performance.now();
  const lane = async () => {
    let socket = await connect(plan.port);
    let answers = new AnswerReader(socket);
    while (next < messages.length) {
      const index = next++;
      if (index === plan.unmeasured) {
        began = performance.now();
        times.length = 0;
      }
      await waitForTurn(plan.perSecond, index, began);
      const sent = performance.now();
      socket.write(messages[index] ?? Buffer.alloc(0));
      const status = await answers.next();
      times.push(performance.now() - sent);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (!answers.ended) continue;
      socket.destroy();
      socket = await connect(plan.port);
      answers = new AnswerReader(socket);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: plan.connections }, lane));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const [p50Ms, p95Ms, p99Ms] = [quantile(times, 0.5), quantile(times, 0.95), quantile(times, 0.99)];
  return { perSecond: times.length / seconds, p50Ms, p95Ms, p99Ms, statuses };
}

/** @param sorted ascending, not empty */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function waitForTurn(perSecond: number | undefined, index: number, began: number): Promise<void> {
  if (perSecond === undefined) return;
  const waitMs = (index / perSecond) * 1000 - (performance.now() - began);
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function bytesOf({ method, path, headers = {}, body = "" }: PreparedRequest, port: number): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === "" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join("")}${length}\r\n${body}`);
}

function connect(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: "127.0.0.1", port, noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** Reads one answer after the other: by content-length, by chunks, or with no body at all (304). */
class AnswerReader {
  /** The last answer ends the connection. */
  ended = false;
  #held = Buffer.alloc(0);
  #waiting: { resolve(status: number): void; reject(cause: Error): void } | null = null;

  constructor(socket: net.Socket) {
    socket.on("data", (bytes) => {
      this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes]);
      this.#deliver();
    });
    socket.on("close", () => this.#waiting?.reject(new Error("the server closed the connection")));
    socket.on("error", (cause) => this.#waiting?.reject(cause));
  }

  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#deliver();
    });
  }

  #deliver(): void {
    const end = this.#held.indexOf(HEAD_END);
    if (end < 0 || this.#waiting === null) return;
    const head = this.#held.toString("latin1", 0, end).toLowerCase();
    const whole = end + 4 + bodyLength(head, this.#held.subarray(end + 4));
    if (Number.isNaN(whole) || this.#held.length < whole) return;
    this.#held = this.#held.subarray(whole);
    this.ended = head.includes("\r\nconnection: close");
    const { resolve } = this.#waiting;
    this.#waiting = null;
    resolve(Number(head.slice(9, 12)));
  }
}

/** Bytes of the body, NaN while its end has not come. */
function bodyLength(head: string, rest: Buffer): number {
  const length = /\r\ncontent-length: (\d+)/.exec(head);
  if (length !== null) return Number(length[1]);
  if (!head.includes("transfer-encoding: chunked")) return 0;
  const last = rest.indexOf(LAST_CHUNK);
  return last < 0 ? Number.NaN : last + LAST_CHUNK.length;
}
