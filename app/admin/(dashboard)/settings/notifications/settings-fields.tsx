import type { InputHTMLAttributes } from "react";
import { Check, Field, Select } from "#components/admin/field.tsx";
import type { ChannelKindName } from "#lib/notifications/index.ts";
import type { NotificationsText } from "#lib/texts/admin.ts";

interface SettingsFieldsProps {
  readonly kind: Exclude<ChannelKindName, "web_push">;
  readonly words: NotificationsText["page"];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isNew: boolean;
}

/** The fields of one kind. What is secret is never filled in: an empty field keeps what is saved. */
export function SettingsFields({ kind, words, settings, isNew }: SettingsFieldsProps) {
  const shown = (name: string): string => {
    const value = settings[name];
    return Array.isArray(value) ? value.join(", ") : value === undefined ? "" : String(value);
  };
  return (
    <div className="flex flex-col gap-4">
      {isNew ? null : <p className="text-sm text-soft">{words.keep}</p>}
      {kind === "email" ? <MailFields words={words} shown={shown} isNew={isNew} /> : null}
      {kind === "official_account" ? (
        <AccountFields words={words} shown={shown} isNew={isNew} settings={settings} />
      ) : null}
      {kind === "webhook" ? <Secret label={words.url} name="url" type="url" required={isNew} /> : null}
      {kind === "wecom" || kind === "dingtalk" || kind === "feishu" ? (
        <>
          <Secret label={words.address} hint={words.addressHint} name="url" type="url" required={isNew} />
          {kind === "wecom" ? null : <Secret label={words.secret} hint={words.secretHint} name="secret" />}
          {kind === "wecom" || isNew ? null : <Check name="clear[]" value="secret" label={words.clearSecret} />}
          <Field
            label={words.mentions}
            hint={words.mentionsHint}
            name="mentions"
            defaultValue={shown("mentions")}
            autoComplete="off"
          />
        </>
      ) : null}
    </div>
  );
}

type SecretProps = InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; name: string };

/** No password manager, no corrections: it is a long random text. */
const Secret = (props: SecretProps) => (
  <Field {...props} autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} />
);

interface PartProps {
  readonly words: NotificationsText["page"];
  readonly shown: (name: string) => string;
  readonly isNew: boolean;
}

function MailFields({ words, shown, isNew }: PartProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
        <Field
          label={words.host}
          name="host"
          defaultValue={shown("host")}
          placeholder="smtp.exmail.qq.com"
          required={isNew}
        />
        <Field
          label={words.port}
          name="port"
          inputMode="numeric"
          defaultValue={shown("port") || "465"}
          pattern="[0-9]{1,5}"
          required={isNew}
        />
      </div>
      <Select
        label={words.security}
        name="security"
        defaultValue={shown("security") || "tls"}
        options={(["tls", "starttls", "none"] as const).map((value) => ({ value, label: words.securities[value] }))}
      />
      <Field label={words.user} name="user" defaultValue={shown("user")} autoComplete="off" />
      <Field label={words.password} name="password" type="password" autoComplete="new-password" />
      {isNew ? null : <Check name="clear[]" value="password" label={words.clearPassword} />}
      <Field label={words.from} name="from" type="email" defaultValue={shown("from")} required={isNew} />
      <Field label={words.to} hint={words.toHint} name="to" defaultValue={shown("to")} />
    </>
  );
}

const TEMPLATE_FIELDS = ["title", "amount", "order", "time", "text"] as const;

function AccountFields({ words, shown, isNew, settings }: PartProps & Pick<SettingsFieldsProps, "settings">) {
  const names = (settings.fields ?? {}) as Readonly<Record<string, string>>;
  return (
    <>
      <Field label={words.appId} name="appId" defaultValue={shown("appId")} placeholder="wx…" required={isNew} />
      <Secret label={words.appSecret} name="appSecret" required={isNew} />
      <Field
        label={words.openids}
        hint={words.openidsHint}
        name="openids"
        defaultValue={shown("openids")}
        required={isNew}
      />
      <Field label={words.templateId} name="templateId" defaultValue={shown("templateId")} required={isNew} />
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">{words.fields}</legend>
        <p className="mb-3 text-sm text-soft">{words.fieldsHint}</p>
        <div className="grid grid-cols-2 gap-3">
          {TEMPLATE_FIELDS.map((name) => (
            <Field
              key={name}
              label={words.fieldNames[name]}
              name={`field${name.charAt(0).toUpperCase()}${name.slice(1)}`}
              defaultValue={names[name] ?? ""}
              autoComplete="off"
            />
          ))}
        </div>
      </fieldset>
    </>
  );
}
