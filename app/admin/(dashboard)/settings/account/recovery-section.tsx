import { RecoveryCodes } from "#components/admin/recovery-codes.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { passkeysText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { makeRecoveryCodes } from "./passkey-actions.ts";

/** Fewer are soon gone. */
const FEW = 3;

export function RecoverySection({ left, adminRequest }: { left: number; adminRequest: AdminRequest }) {
  const { session, text, language } = adminRequest;
  const { recovery: words } = passkeysText(language);
  const { hasTotp, hasPasskey, hasPassword, email } = session.user;
  const isNeeded = (hasTotp || hasPasskey) && hasPassword;
  return (
    <div className="flex flex-col gap-4">
      <p>{words.hint}</p>
      {isNeeded ? (
        <>
          {left === 0 ? (
            <Notice tone="warn">{words.none}</Notice>
          ) : (
            <p>
              {fill(words.left, { left })}
              {left <= FEW ? <span className="text-warn-ink"> · {words.few}</span> : null}
            </p>
          )}
          {left === 0 ? null : <p className="text-sm text-soft">{words.remakeHint}</p>}
          <RecoveryCodes
            make={makeRecoveryCodes}
            label={left === 0 ? words.make : words.remake}
            working={text.working}
            email={email}
            words={words}
          />
        </>
      ) : (
        <p className="text-sm text-soft">{hasPassword ? words.needsFactor : words.noPassword}</p>
      )}
    </div>
  );
}
