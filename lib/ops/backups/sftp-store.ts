import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type SftpClient from "ssh2-sftp-client";
import { STORE_CALLS } from "#lib/base/call-budgets.ts";
import type { Secret } from "#lib/base/secret.ts";
import { alreadyThere, type BackupStore, type PutOptions } from "./store.ts";

export interface SftpPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly folder: string;
  /** SHA-256 in base64, without padding. */
  readonly hostKey: string;
  readonly password: Secret<string> | null;
  readonly keyFile: string | null;
  /** How long the server may go without an answer that is waited for; twice as long at most. */
  readonly answerMs?: number;
}

interface SftpSession {
  readonly client: SftpClient;
  /** Ends the connection at once: what waits for an answer fails. */
  hangUp(): void;
}

const ignore = (): void => {};
const PARTIAL = ".partial";

/**
 * A folder of a server by SFTP. A server with another key than the one that was named is not spoken to. One that stays connected
 * and answers no more is hung up on.
 */
export function sftpStore(settings: SftpPlace): BackupStore {
  const { host, port, user, folder, answerMs = STORE_CALLS.answerMs } = settings;
  const { open, answered, close } = keepSession(settings, answerMs);
  const fileOf = (name: string) => (name === "" ? folder : `${folder.replace(/\/+$/, "")}/${name}`);
  const entries = async (within: string) => {
    const kind = await answered((client) => client.exists(fileOf(within)));
    return kind === "d" ? answered((client) => client.list(fileOf(within))) : [];
  };
  /** @returns how many bytes */
  const send = (content: AsyncIterable<Uint8Array>, file: string): Promise<number> => {
    let bytes = 0;
    const counted = async function* () {
      for await (const piece of content) {
        bytes += piece.length;
        yield piece;
      }
    };
    let target: SftpTarget;
    const isWaitedFor = () => target.writableLength > 0 || target.writableEnded;
    return answered(
      async (client) => {
        // The types know less of it than it is.
        target = client.createWriteStream(file, { mode: 0o600 }) as unknown as SftpTarget;
        // What is on its way when a connection ends is never answered.
        const onEnd = () => target.destroy(new Error(`the connection to ${host} ended`));
        client.on("close", onEnd);
        try {
          await pipeline(Readable.from(counted(), { objectMode: false }), target);
          return bytes;
        } finally {
          client.removeListener("close", onEnd);
        }
      },
      () => (isWaitedFor() ? target.bytesWritten : Symbol("not waited for")),
    );
  };
  return {
    place: `sftp://${user}@${host}${port === 22 ? "" : `:${port}`}${folder}`,
    list: async (within) =>
      (await entries(within))
        .filter(({ type, name }) => type === "-" && !name.endsWith(PARTIAL))
        .map(({ name, size, modifyTime }) => ({
          name: within === "" ? name : `${within}/${name}`,
          bytes: size,
          at: new Date(modifyTime),
        })),
    folders: async (within) => (await entries(within)).filter(({ type }) => type === "d").map(({ name }) => name),
    async put(name, content, { overwrite = false }: PutOptions = {}) {
      const file = fileOf(name);
      if (!overwrite && (await answered((client) => client.exists(file))) !== false) throw alreadyThere(file);
      await answered((client) => client.mkdir(file.slice(0, file.lastIndexOf("/")) || "/", true));
      const partial = `${file}${PARTIAL}`;
      try {
        const bytes = await send(content, partial);
        const { size } = await answered((client) => client.stat(partial));
        if (size !== bytes) throw new Error(`${host} has ${size} of ${bytes} bytes of ${file}`);
        // A rename of SFTP does not replace.
        if (overwrite) await answered((client) => client.delete(file, true));
        await answered((client) => client.rename(partial, file));
        return bytes;
      } catch (cause) {
        await answered((client) => client.delete(partial, true)).catch(ignore);
        throw cause;
      }
    },
    async *get(name) {
      const { client, hangUp } = await open();
      const source: Readable = client.createReadStream(fileOf(name)) as unknown as Readable;
      const onEnd = () => source.destroy(new Error(`the connection to ${host} ended`));
      client.on("close", onEnd);
      let read = 0;
      let isReaderBusy = false;
      const endWatch = watch(hangUp, { progress: () => (isReaderBusy ? Symbol("not waited for") : read), answerMs });
      try {
        for await (const piece of source) {
          read++;
          isReaderBusy = true;
          yield piece as Buffer;
          isReaderBusy = false;
        }
      } finally {
        endWatch();
        client.removeListener("close", onEnd);
      }
    },
    async remove(name) {
      await answered((client) => client.delete(fileOf(name), true));
    },
    freeBytes: async () => null,
    close,
  };
}

/** One connection, opened when it is first needed and again after it has ended. */
function keepSession(settings: SftpPlace, answerMs: number) {
  let opened: Promise<SftpSession> | null = null;
  const open = async (): Promise<SftpSession> => {
    opened ??= connect(settings).then((session) => {
      session.client.on("close", () => {
        opened = null;
      });
      return session;
    });
    return opened.catch((cause: unknown) => {
      opened = null;
      throw cause;
    });
  };
  const answered = async <Result>(
    work: (client: SftpClient) => Promise<Result>,
    progress: () => unknown = () => "none",
  ): Promise<Result> => {
    const { client, hangUp } = await open();
    const endWatch = watch(hangUp, { progress, answerMs });
    return work(client).finally(endWatch);
  };
  const close = async (): Promise<void> => {
    const session = await opened?.catch(() => null);
    opened = null;
    await session?.client.end();
  };
  return { open, answered, close };
}

/** A file that is written; `bytesWritten` counts what the server has acknowledged. */
type SftpTarget = Writable & { readonly bytesWritten: number };

/**
 * Hangs up on a server that answers nothing for `answerMs`, in which `progress` stays the same; it is something new each time
 * while the server is not waited for. @returns ends it
 */
function watch(hangUp: () => void, { progress, answerMs }: { progress: () => unknown; answerMs: number }): () => void {
  let seen: unknown = Symbol("not looked yet");
  const timer = setInterval(() => {
    const now = progress();
    if (now === seen) hangUp();
    seen = now;
  }, answerMs);
  return () => clearInterval(timer);
}

async function connect({ host, port, user, hostKey, password, keyFile }: SftpPlace): Promise<SftpSession> {
  const { default: Client } = await import("ssh2-sftp-client");
  // Without these it writes to standard output, which is for the answers of commands.
  const client = new Client("sftp", { error: ignore, end: ignore, close: ignore });
  const isExpected = (key: Buffer) => createHash("sha256").update(key).digest("base64").replace(/=$/, "") === hostKey;
  const privateKey = keyFile === null ? null : await readFile(keyFile, "utf8");
  // Each write waits for its answer: held back until the one before is acknowledged, it would take 40 ms more.
  const sock = createConnection({ host, port, noDelay: true });
  try {
    await client.connect({
      ...{
        sock,
        host,
        port,
        username: user,
        readyTimeout: STORE_CALLS.answerMs,
        keepaliveInterval: STORE_CALLS.aliveMs,
      },
      hostVerifier: isExpected,
      ...(password === null ? {} : { password: password.reveal() }),
      ...(privateKey === null ? {} : { privateKey }),
    });
  } catch (cause) {
    sock.destroy();
    throw cause;
  }
  return { client, hangUp: () => sock.destroy() };
}
