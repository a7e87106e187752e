import { createHash, generateKeyPairSync } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";
import ssh2 from "ssh2";

// A real SSH server with SFTP over a folder, by the library that the client is not: ssh2's server side.

export interface SftpServer {
  readonly port: number;
  /** SHA-256 of its key in base64, without padding. */
  readonly hostKey: string;
  /** The connection ends at the so many next write. */
  breakAfter(writes: number): void;
  /** It stays connected, and answers no write after the so many next. */
  fallSilentAfter(writes: number): void;
  close(): Promise<void>;
}

const { Server, utils } = ssh2;
const { STATUS_CODE, flagsToString } = utils.sftp;

interface SftpAccount {
  readonly user: string;
  readonly password: string;
  /** Whose public half logs in, as PEM; OpenSSH's own forms of public keys are no PEM. */
  readonly privateKey?: string;
}

export async function startSftpServer(folder: string, account: SftpAccount): Promise<SftpServer> {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "pkcs1", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const parsed = utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const hostKey = createHash("sha256").update(parsed.getPublicSSH()).digest("base64").replace(/=$/, "");
  let writesLeft = Number.POSITIVE_INFINITY;
  let answeredWrites = Number.POSITIVE_INFINITY;
  const clients = new Set<ssh2.Connection>();
  const server = new Server({ hostKeys: [privateKey] }, (client) => {
    clients.add(client);
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    client.on("authentication", (context) => {
      if (context.username === account.user && isLogin(context, account)) context.accept();
      else context.reject(["password", "publickey"]);
    });
    client.on("ready", () => {
      client.on("session", (accept) => {
        accept().on("sftp", (acceptSftp) => {
          const onWrite = () => {
            if (writesLeft-- <= 0) client.end();
            return answeredWrites-- > 0;
          };
          serveFolder(acceptSftp(), { folder, onWrite });
        });
      });
    });
  });
  // As the servers of people do: otherwise each small answer waits for the client's delayed acknowledgement.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    hostKey,
    breakAfter(writes) {
      writesLeft = writes;
    },
    fallSilentAfter(writes) {
      answeredWrites = writes;
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of clients) client.end();
        listener.close(() => resolve());
      }),
  };
}

function isLogin(context: ssh2.AuthContext, { password, privateKey }: SftpAccount): boolean {
  if (context.method === "password") return context.password === password;
  if (context.method !== "publickey" || privateKey === undefined) return false;
  const key = utils.parseKey(privateKey);
  if (key instanceof Error || !context.key.data.equals(key.getPublicSSH())) return false;
  // Without a signature it only asks whether this key would do.
  if (context.signature === undefined) return true;
  return key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
}

const attributes = (stats: Stats) => ({
  ...{ mode: stats.mode, uid: stats.uid, gid: stats.gid, size: stats.size },
  ...{ atime: Math.floor(stats.atimeMs / 1_000), mtime: Math.floor(stats.mtimeMs / 1_000) },
});

function serveFolder(sftp: ssh2.SFTPWrapper, { folder, onWrite }: { folder: string; onWrite: () => boolean }): void {
  const handles = new Map<number, { fd: number } | { names: string[]; at: string }>();
  let next = 0;
  const placed = (name: string) => path.join(folder, path.posix.normalize(`/${name}`));
  const open = (entry: { fd: number } | { names: string[]; at: string }) => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(next);
    handles.set(next++, entry);
    return handle;
  };
  const of = (handle: Buffer) => handles.get(handle.readUInt32BE());
  /** What the file system refuses is an answer. */
  const guarded = (id: number, work: () => void) => {
    try {
      work();
    } catch (cause) {
      const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
      sftp.status(id, isMissing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    }
  };
  const done = (id: number, work: () => void) =>
    guarded(id, () => {
      work();
      sftp.status(id, STATUS_CODE.OK);
    });
  sftp.on("OPEN", (id, name, flags, { mode }) =>
    guarded(id, () => sftp.handle(id, open({ fd: openSync(placed(name), flagsToString(flags) ?? "r", mode) }))),
  );
  sftp.on("READ", (id, handle, offset, length) =>
    guarded(id, () => {
      const entry = of(handle);
      const bytes = Buffer.alloc(length);
      const read = entry && "fd" in entry ? readSync(entry.fd, bytes, 0, length, offset) : 0;
      if (read === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, bytes.subarray(0, read));
    }),
  );
  sftp.on("WRITE", (id, handle, offset, bytes) => {
    if (!onWrite()) return;
    done(id, () => {
      const entry = of(handle);
      if (entry && "fd" in entry) writeSync(entry.fd, bytes, 0, bytes.length, offset);
    });
  });
  sftp.on("CLOSE", (id, handle) =>
    done(id, () => {
      const entry = of(handle);
      if (entry && "fd" in entry) {
        fsyncSync(entry.fd);
        closeSync(entry.fd);
      }
    }),
  );
  sftp.on("OPENDIR", (id, name) =>
    guarded(id, () => sftp.handle(id, open({ names: readdirSync(placed(name)), at: placed(name) }))),
  );
  sftp.on("READDIR", (id, handle) => {
    const entry = of(handle);
    const names = entry && "names" in entry ? entry.names.splice(0) : [];
    if (names.length === 0 || !entry || !("at" in entry)) return sftp.status(id, STATUS_CODE.EOF);
    const list = names.map((filename) => {
      const stats = statSync(path.join(entry.at, filename));
      return {
        filename,
        longname: `${stats.isDirectory() ? "d" : "-"}rw------- 1 x x ${stats.size} ${filename}`,
        attrs: attributes(stats),
      };
    });
    return sftp.name(id, list);
  });
  for (const event of ["STAT", "LSTAT"] as const) {
    sftp.on(event, (id: number, name: string) => guarded(id, () => sftp.attrs(id, attributes(statSync(placed(name))))));
  }
  sftp.on("FSTAT", (id, handle) => {
    const entry = of(handle);
    return entry && "fd" in entry
      ? sftp.attrs(id, attributes(statSync(`/proc/self/fd/${entry.fd}`)))
      : sftp.status(id, STATUS_CODE.FAILURE);
  });
  sftp.on("REALPATH", (id, name) =>
    sftp.name(id, [{ filename: path.posix.normalize(`/${name}`), longname: name, attrs: {} as ssh2.Attributes }]),
  );
  sftp.on("MKDIR", (id, name) => done(id, () => mkdirSync(placed(name))));
  sftp.on("RMDIR", (id, name) => done(id, () => rmdirSync(placed(name))));
  sftp.on("REMOVE", (id, name) => done(id, () => unlinkSync(placed(name))));
  sftp.on("RENAME", (id, from, to) => done(id, () => renameSync(placed(from), placed(to))));
  sftp.on("EXTENDED", (id, name, data) => {
    if (name !== "posix-rename@openssh.com") return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
    const length = data.readUInt32BE();
    const from = data.subarray(4, 4 + length).toString();
    const to = data.subarray(8 + length).toString();
    return done(id, () => renameSync(placed(from), placed(to)));
  });
}
