import { randomInt } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import pg from "pg";

export interface TransactionPooler {
  /** The address given, by way of the pooler. */
  readonly url: string;
  /** A statement in each of its sessions at Postgres, while nothing runs in them. */
  inEachSession<Row>(sql: string): Promise<Row[]>;
  /** Ends every connection, on both sides, and comes back on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const TAKEN_PARAMETERS = new Set([
  ...["user", "database", "client_encoding", "application_name", "datestyle", "timezone"],
  "standard_conforming_strings",
]);
const SSL_REQUEST = 80_877_103;
const SESSIONS_MAX = 5;

/**
 * A connection pooler in transaction mode that is as strict as PgBouncer 1.18: a client has a session at Postgres for one
 * transaction only, whichever is free; unknown startup parameters are refused; prepared statements are not tracked; what a
 * session hears between transactions is dropped. In `statement` mode a client that begins a transaction is sent away. Any password will do.
 */
export async function transactionPooler(
  databaseUrl: string,
  { mode = "transaction" }: { mode?: PoolMode } = {},
): Promise<TransactionPooler> {
  const pool = createSessions(databaseUrl);
  const callers = new Set<Socket>();
  let port = 0;
  let server: Server | null = null;
  const start = async () => {
    const opened = createServer((caller) => {
      callers.add(caller.setNoDelay());
      caller.on("error", () => {});
      caller.once("close", () => callers.delete(caller));
      serveClient(caller, pool, mode);
    });
    await new Promise<void>((resolve) => opened.listen(port, "127.0.0.1", () => resolve()));
    port = (opened.address() as AddressInfo).port;
    server = opened;
  };
  const stop = async () => {
    const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    for (const caller of callers) caller.destroy();
    await pool.endAll();
    await closed;
  };
  await start();
  const through = new URL(databaseUrl);
  through.host = `127.0.0.1:${port}`;
  return {
    url: through.href,
    inEachSession: pool.inEach,
    async restart() {
      await stop();
      await start();
    },
    close: stop,
  };
}

type PoolMode = "transaction" | "statement";

interface Session {
  readonly client: pg.Client;
  readonly socket: Socket;
  /** Of the client that has it now. */
  onBytes: (bytes: Buffer) => void;
  onLost: () => void;
}

interface Sessions {
  take(): Promise<Session>;
  giveBack(session: Session): void;
  /** Its client left in the middle of a transaction. */
  discard(session: Session): void;
  inEach<Row>(sql: string): Promise<Row[]>;
  endAll(): Promise<void>;
}

function createSessions(databaseUrl: string): Sessions {
  const all = new Set<Session>();
  const free: Session[] = [];
  const waiting: ((session: Session) => void)[] = [];
  let opening = 0;
  const discard = (session: Session) => {
    all.delete(session);
    const at = free.indexOf(session);
    if (at >= 0) free.splice(at, 1);
    session.socket.destroy();
    session.onLost();
  };
  const giveBack = (session: Session) => {
    session.onBytes = () => {};
    session.onLost = () => {};
    const next = waiting.shift();
    if (next === undefined) free.push(session);
    else next(session);
  };
  return {
    async take() {
      const last = free.pop();
      if (last !== undefined) return last;
      if (all.size + opening >= SESSIONS_MAX) return new Promise((resolve) => waiting.push(resolve));
      opening++;
      try {
        const session = await openSession(databaseUrl);
        session.socket.once("close", () => discard(session));
        all.add(session);
        return session;
      } finally {
        opening--;
      }
    },
    giveBack,
    discard,
    async inEach<Row>(sql: string) {
      const found: Row[] = [];
      for (const session of [...free]) found.push(...(await askRaw<Row>(session, sql)));
      return found;
    },
    async endAll() {
      for (const session of [...all]) discard(session);
    },
  };
}

/** The driver signs in; from then on its socket is ours. */
async function openSession(databaseUrl: string): Promise<Session> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "pooler" });
  client.on("error", () => {});
  await client.connect();
  const { stream: socket } = (client as unknown as { connection: { stream: Socket } }).connection;
  socket.removeAllListeners("data");
  const session: Session = { client, socket, onBytes: () => {}, onLost: () => {} };
  socket.on("data", (bytes: Buffer) => session.onBytes(bytes));
  return session;
}

/** A simple query on a free session; its answer is read as texts. */
function askRaw<Row>(session: Session, sql: string): Promise<Row[]> {
  const rows: Row[] = [];
  let names: string[] = [];
  return new Promise((resolve) => {
    session.onBytes = messageReader(({ type, body }) => {
      if (type === "T") names = columnNames(body);
      if (type === "D") rows.push(Object.fromEntries(columnTexts(body).map((text, at) => [names[at], text])) as Row);
      if (type !== "Z") return;
      session.onBytes = () => {};
      resolve(rows);
    });
    session.socket.write(message("Q", Buffer.from(`${sql}\0`)));
  });
}

function columnNames(body: Buffer): string[] {
  const names: string[] = [];
  for (let at = 2; names.length < body.readInt16BE(0); ) {
    const end = body.indexOf(0, at);
    names.push(body.toString("utf8", at, end));
    at = end + 19;
  }
  return names;
}

function columnTexts(body: Buffer): (string | null)[] {
  const texts: (string | null)[] = [];
  for (let at = 2; texts.length < body.readInt16BE(0); ) {
    const length = body.readInt32BE(at);
    texts.push(length < 0 ? null : body.toString("utf8", at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return texts;
}

interface WireMessage {
  readonly type: string;
  readonly body: Buffer;
  readonly whole: Buffer;
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function messageReader(onMessage: (message: WireMessage) => void): (bytes: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 5 && held.length > held.readInt32BE(1)) {
      const length = held.readInt32BE(1) + 1;
      const whole = held.subarray(0, length);
      held = held.subarray(length);
      onMessage({ type: String.fromCharCode(whole[0] ?? 0), body: whole.subarray(5), whole });
    }
  };
}

function serveClient(caller: Socket, sessions: Sessions, mode: PoolMode): void {
  let held: Buffer = Buffer.alloc(0);
  const onStartup = (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    if (held.length < 4 || held.length < held.readInt32BE(0)) return;
    const [first, rest] = [held.subarray(0, held.readInt32BE(0)), held.subarray(held.readInt32BE(0))];
    held = rest;
    if (first.readInt32BE(4) === SSL_REQUEST) return void caller.write("N");
    const refused = parametersOf(first.subarray(8)).find((name) => !TAKEN_PARAMETERS.has(name));
    if (refused !== undefined) return void caller.end(refusal(`unsupported startup parameter: ${refused}`));
    caller.off("data", onStartup);
    caller.write(welcome());
    const read = messageReader(forward(caller, sessions, mode));
    caller.on("data", read);
    read(rest);
  };
  caller.on("data", onStartup);
}

const parametersOf = (body: Buffer): string[] =>
  body
    .toString("utf8")
    .split("\0")
    .filter((name, at) => at % 2 === 0 && name !== "");

const refusal = (text: string): Buffer => message("E", Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${text}\0\0`));

/** Signed in, a made-up process id, ready for a query. */
function welcome(): Buffer {
  const key = Buffer.alloc(8);
  key.writeInt32BE(randomInt(1_000_000_000, 2_000_000_000), 0);
  const parameter = (name: string, value: string) => message("S", Buffer.from(`${name}\0${value}\0`));
  return Buffer.concat([
    message("R", Buffer.alloc(4)),
    parameter("server_version", "18.0"),
    parameter("client_encoding", "UTF8"),
    parameter("standard_conforming_strings", "on"),
    message("K", key),
    message("Z", Buffer.from("I")),
  ]);
}

/** Passes a client's messages on, with a session of its own from the first one of a transaction to its end. */
function forward(caller: Socket, sessions: Sessions, mode: PoolMode): (message: WireMessage) => void {
  let session: Session | null = null;
  let taking = false;
  let answersDue = 0;
  const held: WireMessage[] = [];

  const onAnswer = (taken: Session) =>
    messageReader(({ type, body, whole }) => {
      if (type === "Z" && mode === "statement" && body.toString("latin1") !== "I")
        return void caller.end(refusal("transaction blocks not allowed in statement pooling mode"));
      caller.write(whole);
      if (type !== "Z") return;
      answersDue--;
      if (answersDue > 0 || body.toString("latin1") !== "I") return;
      session = null;
      sessions.giveBack(taken);
      if (held.length > 0) void take();
    });
  const pass = (taken: Session, { type, whole }: WireMessage) => {
    if (type === "Q" || type === "S") answersDue++;
    taken.socket.write(whole);
  };
  async function take(): Promise<void> {
    if (taking) return;
    taking = true;
    try {
      const taken = await sessions.take();
      taking = false;
      if (caller.destroyed) return sessions.giveBack(taken);
      session = taken;
      taken.onBytes = onAnswer(taken);
      taken.onLost = () => caller.destroy();
      for (const each of held.splice(0)) pass(taken, each);
    } catch (cause) {
      taking = false;
      caller.end(refusal(`server login failed: ${String(cause)}`));
    }
  }
  caller.once("close", () => {
    if (session !== null) sessions.discard(session);
  });
  return (each) => {
    if (each.type === "X") return void caller.end();
    if (session !== null) return pass(session, each);
    held.push(each);
    void take();
  };
}
