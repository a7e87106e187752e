import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ListedSession } from "#lib/auth/admin-sessions.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { deviceName } from "./device-name.ts";
import { endAllSessions, endSession } from "./session-actions.ts";

interface SessionListProps {
  readonly person: { readonly id: string; readonly email: string };
  readonly sessions: readonly ListedSession[];
  readonly adminRequest: AdminRequest;
}

/** The devices at which a person is signed in: one's own, or for an owner another person's. */
export function SessionList({ person, sessions, adminRequest }: SessionListProps) {
  const { session: own, text, language } = adminRequest;
  const { sessions: words, devices } = peopleText(language);
  const isSelf = person.id === own.user.id;
  const hidden = { userId: person.id };
  const others = sessions.filter(({ id }) => id !== own.id);
  if (sessions.length === 0) return <Card className="max-w-2xl px-4 py-4 text-soft sm:px-5">{words.none}</Card>;
  return (
    <>
      <Card className="max-w-2xl">
        <ul className="divide-y divide-line px-4 sm:px-5">
          {sessions.map(({ id, agent, address, seenAt }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-4">
              <div className="min-w-0">
                <p className="break-words">{deviceName(agent, devices)}</p>
                <p className="text-sm text-soft">
                  {fill(words.place, { address: address || text.none, time: shortTime(seenAt, language) })}
                </p>
              </div>
              {id === own.id ? (
                <Badge tone="brand">{words.here}</Badge>
              ) : (
                <Confirm label={words.end} hint={words.endHint}>
                  <ActionForm
                    action={endSession}
                    submit={words.endConfirm}
                    working={text.working}
                    hidden={{ ...hidden, sessionId: id }}
                  />
                </Confirm>
              )}
            </li>
          ))}
        </ul>
      </Card>
      {others.length < 2 ? null : (
        <div className="mt-3">
          <Confirm
            label={isSelf ? words.endOthers : words.endAll}
            hint={isSelf ? words.endOthersHint : fill(words.endAllHint, { email: person.email })}
            tone="danger"
          >
            <ActionForm
              action={endAllSessions}
              submit={words.endConfirm}
              working={text.working}
              tone="danger"
              hidden={hidden}
            />
          </Confirm>
        </div>
      )}
    </>
  );
}
