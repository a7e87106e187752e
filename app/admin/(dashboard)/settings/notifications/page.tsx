import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { PushDevice } from "#components/admin/push-device.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { CHANNEL_KINDS } from "#lib/notifications/index.ts";
import { type KnownChannel, listChannels } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { addSandbox, forgetDevice, subscribeDevice } from "./actions.ts";
import { ChannelCard } from "./channel-card.tsx";
import { ReceiptMailSection } from "./receipt-mail-section.tsx";

/** Everybody may have a device of their own; the shop's channels are shown to those who may see them. */
export default adminPage(null, async (adminRequest, { search }) => {
  const { container, language, session, may } = adminRequest;
  const { page } = notificationsText(language);
  const all = await listChannels(container.database.pool);
  const channels = may("notifications.read") ? all : all.filter((each) => each.adminUserId === session.user.id);
  return (
    <>
      <Heading title={page.title} />
      <p className="mb-4 max-w-prose text-soft">{page.hint}</p>
      {search.done === "removed" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{page.removed}</Notice>
        </div>
      ) : null}
      <ChannelList channels={channels} adminRequest={adminRequest} />
      <Device adminRequest={adminRequest} />
      {may("notifications.read") ? <ReceiptMailSection channels={channels} adminRequest={adminRequest} /> : null}
      {may("notifications.write") ? <NewChannels adminRequest={adminRequest} /> : null}
    </>
  );
});

function ChannelList({ channels, adminRequest }: { channels: readonly KnownChannel[]; adminRequest: AdminRequest }) {
  const { page } = notificationsText(adminRequest.language);
  if (channels.length === 0) {
    return (
      <Card>
        <EmptyState title={page.empty} hint={page.emptyHint} />
      </Card>
    );
  }
  return (
    <ul className="grid gap-3 xl:grid-cols-2">
      {channels.map((channel) => (
        <li key={channel.id}>
          <ChannelCard channel={channel} language={adminRequest.language} />
        </li>
      ))}
    </ul>
  );
}

async function Device({ adminRequest: { container, language } }: { adminRequest: AdminRequest }) {
  const { page } = notificationsText(language);
  const keys = await container.pushKeys?.both();
  if (keys === undefined) return null;
  return (
    <Section title={page.deviceTitle}>
      <Card className="px-4 py-4 sm:px-5">
        <p className="mb-4 max-w-prose text-soft">{page.deviceHint}</p>
        <PushDevice
          publicKey={keys.publicKey}
          subscribe={subscribeDevice}
          forget={forgetDevice}
          words={{ on: page.deviceOn, off: page.deviceOff, busy: page.deviceBusy, states: page.deviceStates }}
        />
      </Card>
    </Section>
  );
}

function NewChannels({ adminRequest: { container, language, text } }: { adminRequest: AdminRequest }) {
  const { page, kinds, kindHints } = notificationsText(language);
  const { sandboxOrigin } = container.settings;
  return (
    <>
      {sandboxOrigin === null ? null : (
        <Section title={page.sandboxTitle}>
          <Card className="px-4 py-4 sm:px-5">
            <p className="mb-4 max-w-prose text-soft">{page.sandboxHint}</p>
            <div className="flex flex-wrap items-start gap-3">
              <ActionForm action={addSandbox} submit={page.sandboxAdd} working={text.working} />
              <a href={`${sandboxOrigin}/receivers`} target="_blank" rel="noreferrer" className={toneLook("plain")}>
                {page.sandboxOpen}
              </a>
            </div>
          </Card>
        </Section>
      )}
      <Section title={page.add}>
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {CHANNEL_KINDS.filter((kind) => kind !== "web_push").map((kind) => (
            <li key={kind}>
              <Card className="flex h-full flex-col gap-3 px-4 py-4">
                <div>
                  <h3 className="font-semibold">{kinds[kind]}</h3>
                  <p className="mt-1 text-sm text-soft">{kindHints[kind]}</p>
                </div>
                <Link
                  href={`/admin/settings/notifications/new?kind=${kind}`}
                  prefetch={false}
                  aria-label={fill(page.addKind, { kind: kinds[kind] })}
                  className={`${toneLook("plain")} mt-auto self-start`}
                >
                  {page.add}
                </Link>
              </Card>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
