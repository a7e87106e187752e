import { createHash, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { type TargetPolicy, targetProblem } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  type ChannelChoices,
  findSealedChannel,
  insertChannel,
  type KnownChannel,
  noSuchChannel,
  updateChannel,
} from "#lib/storage/notifications/notification-channels.ts";
import { type ChannelKindName, channelKind, isChannelKind } from "./channels/index.ts";
import { settingsPlace } from "./deliver.ts";

export interface ChannelDeps {
  readonly pool: Database["pool"];
  readonly box: {
    seal(plaintext: string, place: ReturnType<typeof settingsPlace>): Uint8Array;
    openText(sealed: Uint8Array, place: ReturnType<typeof settingsPlace>): string;
  };
  readonly clock: Clock;
  readonly policy: TargetPolicy;
}

/** Settings as a form gives them; what is left out is as it was, or the kind's default, and null takes away what was there. */
type GivenSettings = Readonly<Record<string, unknown>>;

interface CreatedChannel {
  readonly channel: KnownChannel;
  /** The secret that was made for it, shown this once; null where the receiver brings its own. */
  readonly secret: string | null;
}

export interface NotificationChannels {
  /** @throws AppError `invalid_request` with the field, `conflict` when there are too many */
  create(given: NewChannelInput, actor: string): Promise<CreatedChannel>;
  /** @throws AppError `invalid_request`, `not_found` */
  update(id: string, given: { choices: ChannelChoices; settings: GivenSettings }, actor: string): Promise<KnownChannel>;
  /** What a form may show of the settings: no address that is a secret, and no secret. @throws AppError `not_found` */
  shownSettings(id: string): Promise<GivenSettings>;
}

interface NewChannelInput {
  readonly kind: ChannelKindName;
  readonly choices: ChannelChoices;
  readonly settings: GivenSettings;
  /** The person whose device it is, for `web_push` alone. */
  readonly adminUserId?: string;
}

const SECRET_SETTINGS = ["url", "secret", "password", "appSecret", "endpoint", "p256dh", "auth"];
const SECRET_BYTES = 32;

export function createNotificationChannels(deps: ChannelDeps): NotificationChannels {
  const { pool, box, clock } = deps;
  const open = async (id: string) => {
    const found = await findSealedChannel(pool, id);
    if (found === null || !isChannelKind(found.kind)) throw noSuchChannel();
    const settings = JSON.parse(box.openText(found.settingsSealed, settingsPlace(id))) as GivenSettings;
    return { kind: found.kind, settings };
  };
  return {
    async create({ kind, choices, settings, adminUserId }, actor) {
      checkChoices(choices);
      const now = clock.now();
      // The form Standard Webhooks gives its secrets.
      const made =
        kind === "webhook" && !settings.secret ? `whsec_${randomBytes(SECRET_BYTES).toString("base64")}` : null;
      const whole = await checkSettings(deps, kind, made === null ? settings : { ...settings, secret: made });
      const id = formatId("notificationChannel", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const settingsSealed = box.seal(JSON.stringify(whole.settings), settingsPlace(id));
      const fresh = { ...choices, id, kind, settingsSealed, target: whole.target, adminUserId: adminUserId ?? null };
      const deviceHash = kind === "web_push" ? deviceHashOf(settings.endpoint) : null;
      const reseal = (known: string) => box.seal(JSON.stringify(whole.settings), settingsPlace(known));
      return { channel: await insertChannel(pool, { ...fresh, deviceHash, reseal }, { actor, at: now }), secret: made };
    },
    async update(id, { choices, settings }, actor) {
      checkChoices(choices);
      const given = Object.entries(settings).filter(([, value]) => value !== undefined && value !== "");
      const change = { actor, at: clock.now() };
      if (given.length === 0) return updateChannel(pool, { id, update: choices }, change);
      const before = await open(id);
      const merged = Object.entries({ ...before.settings, ...Object.fromEntries(given) });
      // What has to be there is refused by the kind, with its name.
      const whole = await checkSettings(
        deps,
        before.kind,
        Object.fromEntries(merged.filter(([, value]) => value !== null)),
      );
      const sealed = box.seal(JSON.stringify(whole.settings), settingsPlace(id));
      return updateChannel(pool, { id, update: { ...choices, settings: { sealed, target: whole.target } } }, change);
    },
    async shownSettings(id) {
      const { settings } = await open(id);
      return Object.fromEntries(Object.entries(settings).filter(([name]) => !SECRET_SETTINGS.includes(name)));
    },
  };
}

/** Push addresses are long and random: a plain digest of one gives nothing away. */
const deviceHashOf = (endpoint: unknown): Uint8Array => createHash("sha256").update(String(endpoint)).digest();

const refusal = (path: string, message: string) =>
  new AppError("invalid_request", "the channel is not valid", { errors: [{ path, message }] });

function checkChoices({ events, quietFrom, quietTo }: ChannelChoices): void {
  if (events.length === 0) throw refusal("events", "choose at least one");
  if ((quietFrom === null) !== (quietTo === null) || (quietFrom !== null && quietFrom === quietTo)) {
    throw refusal("quiet", "needs a beginning and an end that differ");
  }
}

async function checkSettings(
  { policy }: ChannelDeps,
  name: ChannelKindName,
  given: GivenSettings,
): Promise<{ settings: unknown; target: string }> {
  const kind = channelKind(name);
  const parsed = kind.schema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refusal(String(issue?.path[0] ?? "settings"), issue?.message ?? "is not valid");
  }
  for (const url of kind.urls(parsed.data)) {
    // A mail server's address is made up of its parts; all others carry secrets, which belong on https.
    const isOpen = policy.allowPrivate || policy.allowLoopback || name === "email";
    if (!isOpen && !url.startsWith("https://")) throw refusal("url", "must begin with https://");
    const problem = await targetProblem(url, policy);
    if (problem !== null) throw refusal("target", problem);
  }
  return { settings: parsed.data, target: kind.target(parsed.data).slice(0, 200) };
}
