import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field, Radio, Select } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { OVERLAPS } from "../../overlap.ts";
import {
  changeEndpoint,
  keepEndpoint,
  pauseEndpoint,
  removeEndpoint,
  resendRange,
  rotateEndpoint,
  testEndpoint,
} from "../actions.ts";
import { EndpointFields, EventChecks } from "../endpoint-fields.tsx";

interface EndpointControlsProps {
  readonly endpoint: WebhookEndpointView;
  readonly endedWithKey: boolean;
  readonly mayKeep: boolean;
  readonly adminRequest: AdminRequest;
}

/** What may be done with an endpoint, the usual first. */
export function EndpointControls(props: EndpointControlsProps) {
  const { endpoint, endedWithKey, mayKeep, adminRequest } = props;
  const { language, text } = adminRequest;
  const words = webhooksText(language);
  const hidden = { endpointId: endpoint.id };
  const stopped = endpoint.status === "paused" || (endpoint.status === "disabled" && !endedWithKey);
  return (
    <div className="mt-4 flex flex-wrap items-start gap-3 max-sm:flex-col max-sm:items-stretch">
      {stopped ? (
        <ActionForm
          action={pauseEndpoint}
          submit={endpoint.status === "disabled" ? words.enable : words.resume}
          working={text.working}
          hidden={{ ...hidden, paused: "no" }}
        />
      ) : null}
      {endpoint.status === "disabled" ? null : (
        <>
          <ActionForm action={testEndpoint} submit={words.test} working={text.working} tone="plain" hidden={hidden} />
          <ResendRange endpoint={endpoint} adminRequest={adminRequest} />
        </>
      )}
      <Dialog
        opener={{ label: words.change, look: `${toneLook("plain")} max-sm:w-full` }}
        title={words.change}
        hint={words.changeHint}
      >
        <ActionForm action={changeEndpoint} submit={words.save} working={text.working} hidden={hidden}>
          <EndpointFields language={language} url={endpoint.url} events={endpoint.events} />
        </ActionForm>
      </Dialog>
      <Confirm label={words.rotate} hint={words.rotateHint}>
        <ActionForm action={rotateEndpoint} submit={words.rotateConfirm} working={text.working} hidden={hidden}>
          <Select
            label={words.overlap}
            name="overlap"
            options={OVERLAPS.map((value) => ({ value, label: words.overlaps[value] }))}
          />
        </ActionForm>
      </Confirm>
      {mayKeep ? (
        <Confirm label={words.keep} hint={words.keepHint}>
          <ActionForm
            action={keepEndpoint}
            submit={endedWithKey ? words.keepAgain : words.keepConfirm}
            working={text.working}
            hidden={hidden}
          />
        </Confirm>
      ) : null}
      {endpoint.status === "active" || endpoint.status === "failing" ? (
        <Confirm label={words.pause} hint={words.pauseHint}>
          <ActionForm
            action={pauseEndpoint}
            submit={words.pauseConfirm}
            working={text.working}
            hidden={{ ...hidden, paused: "yes" }}
          />
        </Confirm>
      ) : null}
      <Confirm label={words.remove} hint={words.removeHint} tone="danger">
        <ActionForm
          action={removeEndpoint}
          submit={words.removeConfirm}
          working={text.working}
          tone="danger"
          hidden={hidden}
        />
      </Confirm>
    </div>
  );
}

function ResendRange({
  endpoint,
  adminRequest: { language, text },
}: Pick<EndpointControlsProps, "endpoint" | "adminRequest">) {
  const words = webhooksText(language);
  return (
    <Dialog
      opener={{ label: words.again, look: `${toneLook("plain")} max-sm:w-full` }}
      title={words.again}
      hint={words.againHint}
    >
      <ActionForm
        action={resendRange}
        submit={words.againConfirm}
        working={text.working}
        hidden={{ endpointId: endpoint.id }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={words.from} name="from" type="datetime-local" required />
          <Field label={words.to} name="to" type="datetime-local" />
        </div>
        <fieldset>
          <legend className="text-sm font-medium">{words.which}</legend>
          <Radio name="which" value="failed" defaultChecked label={words.onlyFailed} />
          <Radio name="which" value="all" label={words.all} />
        </fieldset>
        <EventChecks
          language={language}
          legend={words.againEvents}
          offered={endpoint.events}
          checked={endpoint.events}
        />
      </ActionForm>
    </Dialog>
  );
}
