import path from "node:path";
import { z } from "zod";
import { Secret } from "#lib/base/secret.ts";

// Where backups are kept: BACKUP_TO is a folder, s3://bucket/prefix or sftp://user@host/folder; what opens it is in variables of its own.

export type BackupPlaceSettings =
  | { readonly kind: "folder"; readonly folder: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      readonly prefix: string;
      readonly endpoint: string;
      readonly region: string;
      readonly keyId: string;
      readonly secret: Secret<string>;
    }
  | {
      readonly kind: "sftp";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly folder: string;
      /** SHA-256 of the server's key in base64, as `ssh-keygen -lf` prints it after `SHA256:`. */
      readonly hostKey: string;
      readonly password: Secret<string> | null;
      readonly keyFile: string | null;
    };

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._/-]*))?$/;
const isSftp = (text: string): boolean =>
  URL.canParse(text) &&
  new URL(text).protocol === "sftp:" &&
  new URL(text).username !== "" &&
  new URL(text).password === "";

export const backupPlaceFields = {
  BACKUP_TO: z
    .string()
    .refine(
      (text) => path.isAbsolute(text) || S3.test(text) || isSftp(text),
      "must be an absolute path, s3://bucket/prefix or sftp://user@host/folder (no password in it)",
    )
    .optional(),
  BACKUP_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be the address of the storage, https://…" })
    .optional(),
  BACKUP_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "must be a region like cn-hangzhou")
    .optional(),
  BACKUP_S3_KEY_ID: z.string().max(200).optional(),
  BACKUP_S3_SECRET: z.string().max(200).optional(),
  BACKUP_SFTP_HOST_KEY: z
    .string()
    .regex(/^(SHA256:)?[A-Za-z0-9+/]{43}=?$/, "must be the server's fingerprint, SHA256:…, as ssh-keygen -lf prints it")
    .optional(),
  BACKUP_SFTP_PASSWORD: z.string().max(500).optional(),
  BACKUP_SFTP_KEY_FILE: z
    .string()
    .refine((text) => path.isAbsolute(text), "must be an absolute path")
    .optional(),
} as const;

type PlaceVariables = { readonly [Name in keyof typeof backupPlaceFields]?: string | undefined };

/** What is missing for the place that was chosen. */
export function backupPlaceProblems(given: PlaceVariables): string[] {
  const to = given.BACKUP_TO ?? "";
  // No more of it than its kind: somebody may have written a password into it.
  const kind = `BACKUP_TO=${to.slice(0, to.indexOf(":") + 1)}//…`;
  const missing = (names: readonly (keyof PlaceVariables)[]) =>
    names.filter((name) => given[name] === undefined).map((name) => `${name} is required with ${kind}`);
  if (to.startsWith("s3:")) return missing(["BACKUP_S3_ENDPOINT", "BACKUP_S3_KEY_ID", "BACKUP_S3_SECRET"]);
  if (!to.startsWith("sftp:")) return [];
  const open = given.BACKUP_SFTP_PASSWORD === undefined && given.BACKUP_SFTP_KEY_FILE === undefined;
  return [
    ...missing(["BACKUP_SFTP_HOST_KEY"]),
    ...(open ? [`BACKUP_SFTP_PASSWORD or BACKUP_SFTP_KEY_FILE is required with ${kind}`] : []),
  ];
}

export function backupPlaceOf(env: PlaceVariables, otherwise: string): BackupPlaceSettings {
  const to = env.BACKUP_TO ?? otherwise;
  const [, bucket, prefix = ""] = S3.exec(to) ?? [];
  if (bucket !== undefined) {
    return {
      ...{ kind: "s3", bucket, prefix: prefix.replace(/^\/+|\/+$/g, "") },
      endpoint: env.BACKUP_S3_ENDPOINT ?? "",
      region: env.BACKUP_S3_REGION ?? "auto",
      keyId: env.BACKUP_S3_KEY_ID ?? "",
      secret: new Secret(env.BACKUP_S3_SECRET ?? ""),
    };
  }
  if (!isSftp(to)) return { kind: "folder", folder: to };
  const { hostname, port, username, pathname } = new URL(to);
  return {
    ...{ kind: "sftp", host: hostname, port: Number(port || 22), user: decodeURIComponent(username) },
    folder: decodeURIComponent(pathname) || "/",
    hostKey: (env.BACKUP_SFTP_HOST_KEY ?? "").replace(/^SHA256:/, "").replace(/=$/, ""),
    password: env.BACKUP_SFTP_PASSWORD === undefined ? null : new Secret(env.BACKUP_SFTP_PASSWORD),
    keyFile: env.BACKUP_SFTP_KEY_FILE ?? null,
  };
}
