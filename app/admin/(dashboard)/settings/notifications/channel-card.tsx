import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import type { KnownChannel } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { ReceiverCard } from "../receiver-parts.tsx";

type ChannelState = "fresh" | "working" | "failing" | "paused" | "disabled";

function channelState(channel: KnownChannel): ChannelState {
  if (channel.disabledAt !== null) return "disabled";
  if (channel.pausedAt !== null) return "paused";
  if (channel.failingSince !== null) return "failing";
  return channel.lastSentAt === null ? "fresh" : "working";
}

const TONES = { fresh: "plain", working: "brand", failing: "warn", paused: "plain", disabled: "warn" } as const;

export function ChannelBadge({ channel, language }: { channel: KnownChannel; language: Language }) {
  const state = channelState(channel);
  return <Badge tone={TONES[state]}>{notificationsText(language).page.states[state]}</Badge>;
}

export function ChannelCard({ channel, language }: { channel: KnownChannel; language: Language }) {
  const { page, kinds } = notificationsText(language);
  const kind = kinds[channel.kind as keyof typeof kinds] ?? channel.kind;
  const wrong = channel.disabledWhy ?? (channel.failingSince === null ? null : channel.lastAnswer);
  return (
    <ReceiverCard
      testId="channel"
      href={`/admin/settings/notifications/${channel.id}`}
      name={channel.name}
      badge={<ChannelBadge channel={channel} language={language} />}
    >
      <p className="mt-1 text-sm break-all text-soft">
        {kind} · {channel.target}
      </p>
      {channel.lastSentAt === null ? null : (
        <p className="mt-1 text-sm text-soft tabular-nums">
          {page.lastSent} {shortTime(channel.lastSentAt, language)}
        </p>
      )}
      {wrong === null ? null : <p className="mt-2 text-sm break-words text-warn-ink">{wrong}</p>}
    </ReceiverCard>
  );
}
