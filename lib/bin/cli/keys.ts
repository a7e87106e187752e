import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { type ApiKeys, createApiKeys } from "#lib/auth/api-keys.ts";
import { isScope } from "#lib/auth/scopes.ts";
import {
  API_KEY_NAME_CHARS_MAX,
  API_KEY_NETWORKS_MAX,
  API_KEY_OVERLAP_S_DEFAULT,
  API_KEY_OVERLAP_S_MAX,
} from "#lib/base/limits.ts";
import { readNetwork } from "#lib/base/networks.ts";
import { SCOPES, type Scope } from "#lib/contract/scope.ts";
import { endedAccessFile, keepEndedList } from "#lib/ops/ended-access.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { type OutputOptions, reportOn, sentenceOf, table, withDatabase } from "./command.ts";

interface CreateKeyOptions extends OutputOptions {
  readonly name: string;
  readonly requireSigning?: boolean;
  readonly scopes?: readonly Scope[];
  readonly expires?: Date;
  readonly addresses?: readonly string[];
}

interface RotateOptions extends OutputOptions {
  readonly overlap: number;
}

const ACTOR = "command line";

export function addKeyCommands(program: Command): void {
  const keys = program.command("keys").description("API keys of the merchant API");
  keys
    .command("create")
    .description("create a key; its secret is shown only once")
    .requiredOption("--name <name>", "what the key is for", parseName)
    .option("--require-signing", "accept only signed requests, no Bearer")
    .option("--scopes <list>", `what it may do; default all: ${SCOPES.join(",")}`, parseScopes)
    .option("--expires <time>", "until when it works, such as 2027-01-01T00:00:00Z; default for good", parseEnd)
    .option("--addresses <list>", "addresses and networks (CIDR) it may call from; default all", parseNetworks)
    .option("--json", "answer as JSON")
    .action((options: CreateKeyOptions) => reportOn(options, () => createKey(options)));
  keys
    .command("rotate")
    .description("make a new secret for a key; the old one works on during the overlap")
    .argument("<id>", "as `keys list` shows it")
    .option("--overlap <seconds>", "0: the old secret ends at once", parseOverlap, API_KEY_OVERLAP_S_DEFAULT)
    .option("--json", "answer as JSON")
    .action((id: string, options: RotateOptions) => reportOn(options, () => rotateKey(id, options.overlap)));
  keys
    .command("revoke")
    .description("revoke a key now, with the webhook endpoints it created unless an owner keeps them")
    .argument("<id>", "as `keys list` shows it")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => {
        const { endpoints, notKept } = await revokeKey(id);
        const lines = [
          `${id} is revoked`,
          ...endpoints.map((url) => `ended with it: ${url}`),
          ...(notKept === null ? [] : [`! A restored backup would revive it: ${notKept}`]),
        ];
        return { value: { id, revoked: true, endpoints, notKept }, text: lines.join("\n") };
      }),
    );
  keys
    .command("list")
    .description("all keys, without their secrets")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, listKeys));
}

const withKeys = <Result>(work: (keys: ApiKeys) => Promise<Result>): Promise<Result> =>
  withDatabase(({ database: { pool }, box }) =>
    work(createApiKeys({ pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock: systemClock })),
  );

interface Revoked {
  readonly endpoints: readonly string[];
  /** Why the list next to master.key does not have it yet; a running worker adds it. */
  readonly notKept: string | null;
}

const revokeKey = (id: string): Promise<Revoked> =>
  withDatabase(async ({ environment, database: { pool }, box }) => {
    const lookupKey = box.deriveKey("api-key-lookup");
    const endpoints = await createApiKeys({ pool, box, lookupKey, clock: systemClock }).revoke(id, ACTOR);
    // The key is already revoked: a failure here is reported and changes nothing.
    const notKept = await keepEndedList(pool, endedAccessFile(environment.dataDir)).then(() => null, sentenceOf);
    return { endpoints, notKept };
  });

async function createKey(options: CreateKeyOptions) {
  const {
    name,
    requireSigning = false,
    scopes = [],
    expires: expiresAt = null,
    addresses: allowedNetworks = [],
  } = options;
  const key = { name, requireSigning, scopes, expiresAt, allowedNetworks };
  const { id, secret } = await withKeys((keys) => keys.create({ ...key, actor: ACTOR }));
  const value = { id, secret: secret.reveal(), ...key };
  return { value, text: `id      ${id}\nsecret  ${secret.reveal()}\nKeep the secret: it is not shown again.` };
}

async function rotateKey(id: string, overlapS: number) {
  const { secret, previousUntil } = await withDatabase(async ({ environment, database: { pool }, box }) => {
    const keys = createApiKeys({ pool, box, lookupKey: box.deriveKey("api-key-lookup"), clock: systemClock });
    const rotated = await keys.rotate(id, overlapS, ACTOR);
    // The secret is already replaced; a running worker writes the list as well.
    await keepEndedList(pool, endedAccessFile(environment.dataDir)).catch(() => undefined);
    return rotated;
  });
  const value = { id, secret: secret.reveal(), previousUntil };
  const old = previousUntil === null ? "has ended" : `works until ${previousUntil.toISOString()}`;
  return { value, text: `secret  ${secret.reveal()}\nKeep it: it is not shown again. The old secret ${old}.` };
}

async function listKeys() {
  const listed = await withKeys((keys) => keys.list());
  const rows = listed.map((key) => [
    key.id,
    key.name,
    key.scopes.join(",") || "everything",
    key.requireSigning ? "signed" : "bearer",
    key.allowedNetworks.join(",") || "anywhere",
    key.createdAt.toISOString(),
    key.lastUsedAt === null ? "never" : `${key.lastUsedAt.toISOString()} ${key.lastUsedFrom ?? ""}`.trim(),
    key.expiresAt?.toISOString() ?? "",
    key.revokedAt?.toISOString() ?? "",
  ]);
  const columns = ["id", "name", "scopes", "use", "from", "created", "last used", "expires", "revoked"];
  return { value: { keys: listed }, text: table(columns, rows) };
}

function parseName(text: string): string {
  const length = [...text].length;
  if (length >= 1 && length <= API_KEY_NAME_CHARS_MAX && !/\p{Cc}/u.test(text)) return text;
  throw new InvalidArgumentError(`A name has 1 to ${API_KEY_NAME_CHARS_MAX} characters.`);
}

function parseEnd(text: string): Date {
  const end = new Date(text);
  if (z.iso.datetime({ offset: true }).safeParse(text).success && end > systemClock.now()) return end;
  throw new InvalidArgumentError("A time to come, such as 2027-01-01T00:00:00Z.");
}

function parseNetworks(text: string): string[] {
  const networks = text.split(",").map((network) => network.trim());
  if (networks.length <= API_KEY_NETWORKS_MAX && networks.every((network) => readNetwork(network) !== null))
    return networks;
  throw new InvalidArgumentError(
    `Up to ${API_KEY_NETWORKS_MAX} addresses or networks, such as 203.0.113.7,10.0.0.0/8.`,
  );
}

function parseOverlap(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= API_KEY_OVERLAP_S_MAX) return seconds;
  throw new InvalidArgumentError(`Seconds, up to ${API_KEY_OVERLAP_S_MAX}.`);
}

function parseScopes(text: string): Scope[] {
  const scopes = text.split(",").map((scope) => scope.trim());
  const known = scopes.filter(isScope);
  if (known.length === scopes.length) return known;
  throw new InvalidArgumentError(`Scopes are ${SCOPES.join(", ")}.`);
}
