import type { ReactNode } from "react";
import { Check, Field, Select } from "#components/admin/field.tsx";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { type Fen, formatYuan } from "#lib/base/fen.ts";
import { NOTIFICATION_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import type { ChannelKindName } from "#lib/notifications/index.ts";
import type { KnownChannel } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES, textsIn } from "#lib/texts/language.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { clockOf } from "./channel-form.ts";
import { EVENT_KINDS } from "./event-kinds.ts";
import { SettingsFields } from "./settings-fields.tsx";

interface ChannelFieldsProps {
  readonly adminRequest: AdminRequest;
  readonly kind: ChannelKindName;
  /** The channel to change; absent for a new one. */
  readonly channel?: KnownChannel;
  /** What may be shown of its settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** All that is chosen of a channel. */
export function ChannelFields({ adminRequest, kind, channel, settings = {} }: ChannelFieldsProps) {
  const { language, text } = adminRequest;
  const { page, kinds } = notificationsText(language);
  return (
    <>
      <Field
        label={page.name}
        name="name"
        placeholder={page.nameHint}
        defaultValue={channel?.name ?? kinds[kind]}
        maxLength={NOTIFICATION_NAME_CHARS_MAX}
        required
        autoComplete="off"
      />
      {kind === "web_push" ? null : (
        <SettingsFields kind={kind} words={page} settings={settings} isNew={channel === undefined} />
      )}
      {kind === "email" ? (
        <Choices legend={page.roles}>
          {ROLES.map((role) => (
            <Check
              key={role}
              label={text.roles[role]}
              name="roles[]"
              value={role}
              defaultChecked={channel?.roles.includes(role) ?? role === "owner"}
            />
          ))}
        </Choices>
      ) : null}
      <EventChoices adminRequest={adminRequest} channel={channel} />
      <QuietChoices adminRequest={adminRequest} channel={channel} />
      <Select
        label={page.language}
        name="language"
        defaultValue={channel?.language ?? language}
        options={FULL_LANGUAGES.map((each) => ({ value: each, label: textsIn(each).about.name }))}
      />
    </>
  );
}

interface ChoicesProps {
  readonly adminRequest: AdminRequest;
  readonly channel: KnownChannel | undefined;
}

/** Everything but what is merely of note, until a person chooses. */
const NOT_AT_FIRST = ["other", "access"];
/** A device gets its own person's sign-in news in any case, and nobody else's. */
const NOT_FOR_DEVICES = ["access"];

function EventChoices({ adminRequest: { language }, channel }: ChoicesProps) {
  const { page, events } = notificationsText(language);
  return (
    <>
      <Choices legend={page.events}>
        {EVENT_KINDS.filter((event) => channel?.kind !== "web_push" || !NOT_FOR_DEVICES.includes(event)).map(
          (event) => (
            <Check
              key={event}
              label={events[event]}
              hint={event === "access" ? page.accessHint : undefined}
              name="events[]"
              value={event}
              defaultChecked={channel?.events.includes(event) ?? !NOT_AT_FIRST.includes(event)}
            />
          ),
        )}
      </Choices>
      <Field
        label={page.amountMin}
        hint={page.amountMinHint}
        name="amountMin"
        inputMode="decimal"
        defaultValue={channel === undefined || channel.amountMin === 0 ? "0" : formatYuan(channel.amountMin as Fen)}
        maxLength={20}
      />
    </>
  );
}

function QuietChoices({ adminRequest: { language }, channel }: ChoicesProps) {
  const { page } = notificationsText(language);
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="mb-1.5 text-sm font-medium">{page.quiet}</legend>
      <div className="grid grid-cols-2 gap-3">
        <Field label={page.quietFrom} name="quietFrom" type="time" defaultValue={clockOf(channel?.quietFrom ?? null)} />
        <Field label={page.quietTo} name="quietTo" type="time" defaultValue={clockOf(channel?.quietTo ?? null)} />
      </div>
      <p className="text-sm text-soft">{page.quietHint}</p>
      <Select
        label={page.quietMode}
        name="quietMode"
        defaultValue={channel?.quietDrops === true ? "drop" : "hold"}
        options={[
          { value: "hold", label: page.quietModes.hold },
          { value: "drop", label: page.quietModes.drop },
        ]}
      />
      <Check label={page.critical} name="critical" defaultChecked={channel?.criticalPasses ?? true} />
    </fieldset>
  );
}

function Choices({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{legend}</legend>
      <div className="grid gap-x-5 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}
