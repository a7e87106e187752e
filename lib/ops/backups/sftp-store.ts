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
}

const ignore = (): void => {};
const PARTIAL = ".partial";

/** A folder of a server by SFTP. A server with another key than the one that was named is not spoken to. */
export function sftpStore(settings: SftpPlace): BackupStore {
  const { host, port, user, folder } = settings;
  let opened: Promise<SftpClient> | null = null;
  const open = async (): Promise<SftpClient> => {
    opened ??= connect(settings).then((client) => {
      client.on("close", () => {
        opened = null;
      });
      return client;
    });
    const client = await opened.catch((cause: unknown) => {
      opened = null;
      throw cause;
    });
    return client;
  };
  const fileOf = (name: string) => (name === "" ? folder : `${folder.replace(/\/+$/, "")}/${name}`);
  const entries = async (within: string) => {
    const client = await open();
    return (await client.exists(fileOf(within))) === "d" ? client.list(fileOf(within)) : [];
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
      const client = await open();
      const file = fileOf(name);
      if (!overwrite && (await client.exists(file)) !== false) throw alreadyThere(file);
      await client.mkdir(file.slice(0, file.lastIndexOf("/")) || "/", true);
      const partial = `${file}${PARTIAL}`;
      try {
        let bytes = 0;
        const counted = async function* () {
          for await (const piece of content) {
            bytes += piece.length;
            yield piece;
          }
        };
        // The types know less of it than it is.
        const target = client.createWriteStream(partial, { mode: 0o600 }) as unknown as Writable;
        // What is on its way when a connection ends is never answered.
        const onEnd = () => target.destroy(new Error(`the connection to ${host} ended`));
        client.on("close", onEnd);
        try {
          await pipeline(Readable.from(counted(), { objectMode: false }), target);
        } finally {
          client.removeListener("close", onEnd);
        }
        const { size } = await client.stat(partial);
        if (size !== bytes) throw new Error(`${host} has ${size} of ${bytes} bytes of ${file}`);
        // A rename of SFTP does not replace.
        if (overwrite) await client.delete(file, true);
        await client.rename(partial, file);
        return bytes;
      } catch (cause) {
        await client.delete(partial, true).catch(() => {});
        throw cause;
      }
    },
    async *get(name) {
      const client = await open();
      const source: Readable = client.createReadStream(fileOf(name)) as unknown as Readable;
      const onEnd = () => source.destroy(new Error(`the connection to ${host} ended`));
      client.on("close", onEnd);
      try {
        for await (const piece of source) yield piece as Buffer;
      } finally {
        client.removeListener("close", onEnd);
      }
    },
    async remove(name) {
      await (await open()).delete(fileOf(name), true);
    },
    freeBytes: async () => null,
    async close() {
      const client = await opened?.catch(() => null);
      opened = null;
      await client?.end();
    },
  };
}

async function connect({ host, port, user, hostKey, password, keyFile }: SftpPlace): Promise<SftpClient> {
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
  return client;
}
