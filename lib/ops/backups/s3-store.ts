import { S3mini } from "s3mini";
import { STORE_CALLS } from "#lib/base/call-budgets.ts";
import { S3_PART_BYTES } from "#lib/base/limits.ts";
import type { Secret } from "#lib/base/secret.ts";
import { alreadyThere, type BackupStore, type PutOptions, type StoredObject } from "./store.ts";

export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint: string;
  readonly region: string;
  readonly keyId: string;
  readonly secret: Secret<string>;
}

const LISTED_AT_ONCE = 1_000;
const PAGES_MAX = 1_000;

/** A bucket of an S3-compatible storage. Large objects go up in parts, so that an object is there when all of it is there, and not before. */
export function s3Store({ bucket, prefix, endpoint, region, keyId, secret }: S3Place): BackupStore {
  const client = new S3mini({
    ...{ accessKeyId: keyId, secretAccessKey: secret.reveal(), endpoint: bucketAddress(endpoint, bucket), region },
    requestAbortTimeout: STORE_CALLS.answerMs,
  });
  const keyOf = (name: string) => (prefix === "" ? name : `${prefix}/${name}`);
  const nameOf = (key: string) => (prefix === "" ? key : key.slice(prefix.length + 1));
  const within = async (folder: string): Promise<StoredObject[]> => {
    const start = folder === "" ? (prefix === "" ? "" : `${prefix}/`) : `${keyOf(folder)}/`;
    const found: StoredObject[] = [];
    let token: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await client.listObjectsPaged("/", start, LISTED_AT_ONCE, token, { delimiter: "/" });
      if (answer?.objects == null) throw new Error(`the storage does not list ${bucket}: is there such a bucket?`);
      for (const { Key, Size, LastModified } of answer.objects) {
        if (Key !== start) found.push({ name: nameOf(Key), bytes: Number(Size), at: new Date(LastModified) });
      }
      token = answer.nextContinuationToken;
      if (token === undefined) return found;
    }
    throw new Error(`more than ${PAGES_MAX * LISTED_AT_ONCE} objects in ${bucket}/${start}`);
  };
  return {
    place: `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`,
    list: async (folder) => (await within(folder)).filter(({ name }) => !name.endsWith("/")),
    folders: async (folder) => (await within(folder)).flatMap(({ name }) => /(?:^|\/)([^/]+)\/$/.exec(name)?.[1] ?? []),
    async put(name, content, { overwrite = false }: PutOptions = {}) {
      const key = keyOf(name);
      if (!overwrite && (await client.objectExists(key)) === true) throw alreadyThere(`${bucket}/${key}`);
      return upload(client, key, content);
    },
    async *get(name) {
      const { body } = await client.getObjectResponse(keyOf(name)).then((found) => found ?? { body: null });
      if (body === null) throw new Error(`${bucket}/${keyOf(name)} is not there`);
      for await (const piece of body) yield piece;
    },
    async remove(name) {
      await client.deleteObject(keyOf(name));
    },
    freeBytes: async () => null,
    async close() {},
  };
}

/** Path style, unless the address names the bucket itself, as Aliyun OSS wants it. */
function bucketAddress(endpoint: string, bucket: string): string {
  const address = new URL(endpoint);
  if (address.hostname.startsWith(`${bucket}.`)) return address.href;
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/${bucket}`;
  return address.href;
}

async function upload(client: S3mini, key: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  let uploadId: string | null = null;
  const parts: { partNumber: number; etag: string }[] = [];
  let bytes = 0;
  try {
    for await (const { part, isLast } of inParts(content)) {
      bytes += part.length;
      if (isLast && uploadId === null) {
        const answer = await client.putObject(key, part, TYPE);
        if (!answer.ok) throw new Error(`the storage refused ${key}: ${answer.status}`);
        return bytes;
      }
      uploadId ??= await client.getMultipartUploadId(key, TYPE);
      parts.push(await client.uploadPart(key, uploadId, part, parts.length + 1));
    }
    await client.completeMultipartUpload(key, uploadId ?? "", parts);
    return bytes;
  } catch (cause) {
    // Parts of an upload that was given up are paid for until somebody removes them.
    if (uploadId !== null) await client.abortMultipartUpload(key, uploadId).catch(() => {});
    throw cause;
  }
}

const TYPE = "application/octet-stream";

async function* inParts(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly part: Buffer; readonly isLast: boolean }> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    held.push(piece);
    size += piece.length;
    if (size < S3_PART_BYTES) continue;
    yield { part: Buffer.concat(held), isLast: false };
    held = [];
    size = 0;
  }
  yield { part: Buffer.concat(held), isLast: true };
}
