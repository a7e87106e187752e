import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { type Fact, Facts, Heading, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isId } from "#lib/base/ids.ts";
import { isChannelKind } from "#lib/notifications/index.ts";
import { findChannel, type KnownChannel } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { ReceiverControls } from "../../receiver-parts.tsx";
import { changeChannel, deleteChannel, pauseChannel, testChannel } from "../actions.ts";
import { ChannelBadge } from "../channel-card.tsx";
import { ChannelFields } from "../channel-fields.tsx";
import { DeliveryLog } from "./delivery-log.tsx";

export default adminPage(null, async (adminRequest, { params, search }) => {
  const { container, language, session, may } = adminRequest;
  const { page } = notificationsText(language);
  const { channelId = "" } = params;
  const channel = isId("notificationChannel", channelId) ? await findChannel(container.database.pool, channelId) : null;
  const isOwn = channel?.adminUserId === session.user.id;
  if (channel === null || !(may("notifications.read") || isOwn)) notFound();
  return (
    <>
      <Heading title={channel.name}>
        <ChannelBadge channel={channel} language={language} />
      </Heading>
      {search.done === "created" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{page.created}</Notice>
        </div>
      ) : null}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="min-w-0">
          <Card>
            <Facts facts={factsOf(channel, adminRequest)} />
          </Card>
          {may("notifications.write") || isOwn ? <Controls channel={channel} adminRequest={adminRequest} /> : null}
          <Section title={page.log}>
            <DeliveryLog
              adminRequest={adminRequest}
              channelId={channel.id}
              cursor={/^\d{1,15}$/.test(search.cursor ?? "") ? search.cursor : undefined}
            />
          </Section>
        </div>
        {may("notifications.write") || isOwn ? <Edit channel={channel} adminRequest={adminRequest} /> : null}
      </div>
    </>
  );
});

interface ChannelProps {
  readonly channel: KnownChannel;
  readonly adminRequest: AdminRequest;
}

function factsOf(channel: KnownChannel, { language }: AdminRequest): (Fact | null)[] {
  const { page, kinds } = notificationsText(language);
  const at = (label: string, moment: Date | null): Fact | null =>
    moment === null ? null : { label, value: fullTime(moment, language) };
  return [
    { label: kinds[channel.kind as keyof typeof kinds] ?? channel.kind, value: channel.target },
    at(page.lastSent, channel.lastSentAt),
    channel.lastAnswer === null ? null : { label: page.lastAnswer, value: channel.lastAnswer },
    at(page.failingSince, channel.failingSince),
    channel.failingSince === null ? null : at(page.nextTry, channel.retryAt),
    channel.disabledWhy === null ? null : { label: page.states.disabled, value: channel.disabledWhy },
  ];
}

const Controls = ({ channel, adminRequest: { language, text } }: ChannelProps) => (
  <ReceiverControls
    words={notificationsText(language).page}
    working={text.working}
    hidden={{ channelId: channel.id }}
    isStopped={channel.pausedAt !== null || channel.disabledAt !== null}
    test={testChannel}
    pause={pauseChannel}
    remove={deleteChannel}
  />
);

async function Edit({ channel, adminRequest }: ChannelProps) {
  const { container, language, text } = adminRequest;
  const { page } = notificationsText(language);
  if (!isChannelKind(channel.kind)) return <EmptyState title={page.settings} hint={channel.kind} />;
  const settings = await container.notificationChannels?.shownSettings(channel.id);
  return (
    <Card className="px-4 py-4 sm:px-5">
      <h2 className="mb-4 text-lg font-semibold">{page.settings}</h2>
      <ActionForm action={changeChannel} submit={page.save} working={text.working} hidden={{ channelId: channel.id }}>
        <ChannelFields
          adminRequest={adminRequest}
          kind={channel.kind}
          channel={channel}
          {...(settings === undefined ? {} : { settings })}
        />
      </ActionForm>
    </Card>
  );
}
