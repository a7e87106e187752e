import { type Command, InvalidArgumentError } from "commander";
import { type ApiKeys, createApiKeys } from "#lib/auth/api-keys.ts";
import { isScope } from "#lib/auth/scopes.ts";
import { API_KEY_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { SCOPES, type Scope } from "#lib/contract/scope.ts";
import { endedAccessFile, keepEndedList } from "#lib/ops/ended-access.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { type OutputOptions, reportOn, sentenceOf, table, withDatabase } from "./command.ts";

interface CreateKeyOptions extends OutputOptions {
  readonly name: string;
  readonly requireSigning?: boolean;
  readonly scopes?: readonly Scope[];
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
    .option("--json", "answer as JSON")
    .action((options: CreateKeyOptions) => reportOn(options, () => createKey(options)));
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

async function createKey({ name, requireSigning = false, scopes = [] }: CreateKeyOptions) {
  const { id, secret } = await withKeys((keys) => keys.create({ name, requireSigning, scopes, actor: ACTOR }));
  const value = { id, secret: secret.reveal(), name, requireSigning, scopes };
  return { value, text: `id      ${id}\nsecret  ${secret.reveal()}\nKeep the secret: it is not shown again.` };
}

async function listKeys() {
  const listed = await withKeys((keys) => keys.list());
  const rows = listed.map((key) => [
    key.id,
    key.name,
    key.scopes.join(",") || "everything",
    key.requireSigning ? "signed" : "bearer",
    key.createdAt.toISOString(),
    key.revokedAt?.toISOString() ?? "",
  ]);
  return { value: { keys: listed }, text: table(["id", "name", "scopes", "use", "created", "revoked"], rows) };
}

function parseName(text: string): string {
  const length = [...text].length;
  if (length >= 1 && length <= API_KEY_NAME_CHARS_MAX && !/\p{Cc}/u.test(text)) return text;
  throw new InvalidArgumentError(`A name has 1 to ${API_KEY_NAME_CHARS_MAX} characters.`);
}

function parseScopes(text: string): Scope[] {
  const scopes = text.split(",").map((scope) => scope.trim());
  const known = scopes.filter(isScope);
  if (known.length === scopes.length) return known;
  throw new InvalidArgumentError(`Scopes are ${SCOPES.join(", ")}.`);
}
