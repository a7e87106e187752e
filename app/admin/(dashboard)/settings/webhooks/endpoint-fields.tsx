import { Check, Field } from "#components/admin/field.tsx";
import { RETURN_URL_CHARS_MAX } from "#lib/base/limits.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";

interface EndpointFieldsProps {
  readonly language: Language;
  readonly url?: string;
  readonly events: readonly WebhookEvent[];
}

/** Where an endpoint is, and what it is told. */
export function EndpointFields({ language, url, events }: EndpointFieldsProps) {
  const words = webhooksText(language);
  return (
    <>
      <Field
        label={words.url}
        hint={words.urlHint}
        name="url"
        type="url"
        inputMode="url"
        placeholder="https://shop.example/hooks"
        defaultValue={url}
        maxLength={RETURN_URL_CHARS_MAX}
        required
        autoComplete="off"
      />
      <EventChecks language={language} legend={words.events} offered={WEBHOOK_EVENTS} checked={events} />
    </>
  );
}

interface EventChecksProps {
  readonly language: Language;
  readonly legend: string;
  readonly offered: readonly WebhookEvent[];
  readonly checked: readonly WebhookEvent[];
}

export function EventChecks({ language, legend, offered, checked }: EventChecksProps) {
  const words = webhooksText(language);
  return (
    <fieldset>
      <legend className="text-sm font-medium">{legend}</legend>
      <div className="grid sm:grid-cols-2">
        {offered.map((event) => (
          <Check
            key={event}
            label={words.eventNames[event]}
            hint={event}
            name="events[]"
            value={event}
            defaultChecked={checked.includes(event)}
          />
        ))}
      </div>
    </fieldset>
  );
}
