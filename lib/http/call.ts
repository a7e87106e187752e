import type { ApiKey } from "#lib/auth/api-keys.ts";
import type { Client } from "./client-address.ts";
import type { Container } from "./container.ts";

export type { Client } from "./client-address.ts";

/** A request as the adapter of our own server or of Next passes it on. A web `Request` would cost more than we need. */
export interface Arrival {
  readonly method: string;
  /** Path and query exactly as they came, since signatures cover them. */
  readonly target: string;
  readonly headers: { get(name: string): string | null };
  readonly client: Client;
  /** The whole body, or null as soon as it is longer than `bytesMax`. Call it once. */
  readBytes(bytesMax: number): Promise<Uint8Array | null>;
}

/** A request with what its handler needs. */
export interface Call {
  readonly container: Container;
  readonly requestId: string;
  readonly method: string;
  readonly target: string;
  readonly path: string;
  /** What follows the `?`, undecoded. */
  readonly query: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Arrival["headers"];
  readonly client: Client;
  /** May be called again. @throws AppError `payload_too_large` */
  readBody(): Promise<Uint8Array>;
  /** The same without the error, for the notify route, which answers in WeChat's own form. */
  readBytes(bytesMax: number): Promise<Uint8Array | null>;
}

export interface MerchantCall extends Call {
  readonly caller: ApiKey;
}

export type Handler<C extends Call = Call> = (call: C) => Promise<Answer>;

/** Where a live answer is written; the adapter closes it when the client disconnects. */
export interface Sink {
  write(text: string): void;
  close(): void;
  /** Bytes that the client has not received yet. */
  waiting(): number;
}

/** A body that is written over time. */
export interface LiveBody {
  /** @returns a function that is called once when the client has disconnected or the sink was closed */
  open(sink: Sink): () => void;
}

/** An answer as a plain object; making a `Response` costs more than most of our answers. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | LiveBody | null;
}
