import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Field } from "#components/admin/field.tsx";
import { toneLook } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { NewPasskeyButton } from "#components/admin/new-passkey-button.tsx";
import { Dialog } from "#components/controls/dialog.tsx";

import { Card } from "#components/ui/card.tsx";
import type { ListedPasskey } from "#lib/auth/admin-passkeys.ts";
import { PASSKEY_NAME_CHARS_MAX } from "#lib/base/people-limits.ts";
import { passkeysText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { addPasskey, beginPasskey, removePasskey, renamePasskey } from "./passkey-actions.ts";

const NAME = "new-passkey";

interface PasskeyListProps {
  readonly passkeys: readonly ListedPasskey[];
  readonly adminRequest: AdminRequest;
}

/** One's own passkeys, and the form for another. */
export function PasskeyList({ passkeys, adminRequest }: PasskeyListProps) {
  const { admins, language } = adminRequest;
  const words = passkeysText(language);
  const { site } = admins.passkeys;
  return (
    <Card className="max-w-2xl px-4 py-4 sm:px-5">
      <p>{words.hint}</p>
      {passkeys.length === 0 ? null : (
        <ul className="mt-3 divide-y divide-line border-y border-line">
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} passkey={passkey} adminRequest={adminRequest} />
          ))}
        </ul>
      )}
      <div className="mt-4 flex flex-col gap-4">
        {site.problem === null ? (
          <Field
            label={words.name}
            name="name"
            id={NAME}
            placeholder={words.nameHint}
            required
            maxLength={PASSKEY_NAME_CHARS_MAX}
            autoComplete="off"
          />
        ) : null}
        <NewPasskeyButton
          begin={beginPasskey}
          finish={addPasskey}
          place={{ origin: site.origin, problem: site.problem }}
          label={words.add}
          words={words.browser}
          tone="primary"
          fieldId={NAME}
        />
      </div>
    </Card>
  );
}

function PasskeyLine({ passkey, adminRequest }: { passkey: ListedPasskey; adminRequest: AdminRequest }) {
  const { text, language } = adminRequest;
  const words = passkeysText(language);
  const { id, name, isSynced, createdAt, lastUsedAt, state } = passkey;
  const said = [
    fill(words.created, { time: shortTime(createdAt, language) }),
    lastUsedAt === null ? words.unused : fill(words.used, { time: shortTime(lastUsedAt, language) }),
    isSynced ? words.synced : null,
  ];
  const hidden = { passkeyId: id };
  return (
    <li className="py-4">
      <p className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{name}</span>
      </p>
      {state === "usable" ? null : <p className="text-sm text-warn-ink">{words.states[state]}</p>}
      <p className="text-sm text-soft">{said.filter(Boolean).join(" · ")}</p>
      <div className="mt-3 flex flex-wrap gap-3">
        <Dialog opener={{ label: words.rename, look: `${toneLook("plain")} max-sm:flex-1` }} title={words.rename}>
          <ActionForm action={renamePasskey} submit={text.save} working={text.working} hidden={hidden}>
            <Field
              label={words.name}
              name="name"
              defaultValue={name}
              required
              maxLength={PASSKEY_NAME_CHARS_MAX}
              autoComplete="off"
            />
          </ActionForm>
        </Dialog>
        <Confirm label={words.remove} hint={fill(words.removeHint, { name })} tone="danger">
          <ActionForm
            action={removePasskey}
            submit={words.removeConfirm}
            working={text.working}
            tone="danger"
            hidden={hidden}
          />
        </Confirm>
      </div>
    </li>
  );
}
