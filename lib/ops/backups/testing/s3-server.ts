import { createHash, createHmac, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

// A strict little S3 for tests: every request's Signature Version 4 is computed anew from the request itself, and what the specification asks for is refused where
// it is missing. Written from the specification, not from the client.

export interface S3Server {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Uploads in parts that have not ended. */
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** Breaks off the next request of this method after its body. */
  failNext(method: string): void;
  close(): Promise<void>;
}

const sha256 = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

interface S3Account {
  readonly keyId: string;
  readonly secret: string;
  readonly region: string;
  readonly bucket: string;
}

/** null: as it should be; otherwise what is wrong. */
function signatureProblem(request: IncomingMessage, body: Buffer, { keyId, secret, region }: S3Account): string | null {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, id, day, where, names = "", signature] = form.exec(request.headers.authorization ?? "") ?? [];
  if (id !== keyId || where !== region || day === undefined) return "Credential";
  const moment = String(request.headers["x-amz-date"]);
  const at = Date.parse(moment.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!moment.startsWith(day) || !(Math.abs(Date.now() - at) < 900_000)) return "Date";
  const signed = names.split(";");
  const mustBe = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  if (!mustBe.every((name) => signed.includes(name))) return "SignedHeaders";
  const said = String(request.headers["x-amz-content-sha256"]);
  if (said !== "UNSIGNED-PAYLOAD" && said !== sha256(body)) return "ContentHash";
  const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
  const query = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted();
  const path = pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
  const headers = signed.map((name) => `${name}:${String(request.headers[name]).trim().replace(/\s+/g, " ")}\n`);
  const canonical = [request.method, path, query.join("&"), headers.join(""), names, said].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), "s3"), "aws4_request");
  const expected = hmac(key, `AWS4-HMAC-SHA256\n${moment}\n${scope}\n${sha256(canonical)}`).toString("hex");
  return expected === signature ? null : "Signature";
}

interface S3Answer {
  readonly status?: number;
  readonly body?: Buffer | string;
  readonly headers?: Record<string, string>;
}

const PART_BYTES_MIN = 5 * 1_048_576;

export async function startS3Server(account: S3Account): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const within = { objects, uploads, account };
  const failing: string[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const at = failing.indexOf(request.method ?? "");
    if (at !== -1) {
      failing.splice(at, 1);
      request.socket.destroy();
      return;
    }
    const problem = signatureProblem(request, body, account);
    const {
      status = 200,
      body: said = "",
      headers = {},
    } = problem === null ? answer(request, body) : error(403, "SignatureDoesNotMatch", problem);
    response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : said);
  });
  const store = (key: string, bytes: Buffer): S3Answer => {
    objects.set(key, bytes);
    return { headers: { etag: `"${sha256(bytes)}"` } };
  };

  function answer(request: IncomingMessage, body: Buffer): S3Answer {
    const { pathname, searchParams: query } = new URL(request.url ?? "", "http://x");
    const [, bucket, ...rest] = decodeURIComponent(pathname).split("/");
    const key = rest.join("/");
    if (bucket !== account.bucket) return error(404, "NoSuchBucket", String(bucket));
    if (request.method === "GET" && key === "") return list(within, query);
    if (query.has("uploads") || query.has("uploadId"))
      return inParts(within, { method: request.method, key, query, body });
    const found = objects.get(key);
    switch (request.method) {
      case "PUT":
        return store(key, body);
      case "DELETE":
        objects.delete(key);
        return { status: 204 };
      default:
        if (found === undefined) return error(404, "NoSuchKey", key);
        return { body: found, headers: { "content-length": String(found.length) } };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    failNext: (method) => void failing.push(method),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

interface S3Bucket {
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, Map<number, Buffer>>;
  readonly account: S3Account;
}

const error = (status: number, code: string, message: string): S3Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

function list({ objects, account }: S3Bucket, query: URLSearchParams): S3Answer {
  if (query.get("list-type") !== "2") return error(400, "InvalidArgument", "list-type");
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const grouped = (key: string) => {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return at === -1 ? key : key.slice(0, at + 1);
  };
  const matching = [...objects.keys()].filter((key) => key.startsWith(prefix));
  const all = [...new Set(matching.map(grouped))].filter((key) => key > after).toSorted();
  const keys = all.slice(0, Number(query.get("max-keys") ?? 1_000));
  const contents = keys.map((key) =>
    !objects.has(key)
      ? `<CommonPrefixes><Prefix>${key}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${key}</Key><LastModified>2026-11-30T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>${objects.get(key)?.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const more = all.length > keys.length;
  const next = more ? `<NextContinuationToken>${keys.at(-1)}</NextContinuationToken>` : "";
  const body = `<?xml version="1.0"?><ListBucketResult><Name>${account.bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${keys.length}</KeyCount><IsTruncated>${more}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`;
  return { body, headers: { "content-type": "application/xml" } };
}

interface Parted {
  readonly method: string | undefined;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

function inParts({ objects, uploads, account }: S3Bucket, { method, key, query, body }: Parted): S3Answer {
  if (method === "POST" && query.has("uploads")) {
    const id = randomBytes(8).toString("hex");
    uploads.set(id, new Map());
    return {
      body: `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>${account.bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    };
  }
  const id = query.get("uploadId") ?? "";
  const parts = uploads.get(id);
  if (parts === undefined) return error(404, "NoSuchUpload", id);
  if (method === "DELETE") {
    uploads.delete(id);
    return { status: 204 };
  }
  if (method === "PUT") {
    parts.set(Number(query.get("partNumber")), body);
    return { headers: { etag: `"${sha256(body)}"` } };
  }
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>\s*<ETag>"?([0-9a-f]{64})"?<\/ETag>/g)];
  const bytes = named.map(([, number, etag]) => {
    const part = parts.get(Number(number));
    return part !== undefined && sha256(part) === etag ? part : null;
  });
  if (bytes.length === 0 || bytes.some((part) => part === null)) return error(400, "InvalidPart", key);
  const whole = bytes.flatMap((part) => part ?? []);
  if (whole.slice(0, -1).some((part) => part.length < PART_BYTES_MIN)) return error(400, "EntityTooSmall", key);
  uploads.delete(id);
  objects.set(key, Buffer.concat(whole));
  return {
    body: `<?xml version="1.0"?><CompleteMultipartUploadResult><Location>x</Location><Bucket>${account.bucket}</Bucket><Key>${key}</Key><ETag>"y"</ETag></CompleteMultipartUploadResult>`,
  };
}
