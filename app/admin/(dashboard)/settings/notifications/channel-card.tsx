import Link from "next/link";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { KnownChannel } from "#lib/storage/notifications/notification-channels.ts";
import { notificationsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";

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
    <Card className="relative h-full px-4 py-4 sm:px-5" data-testid="channel">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="min-w-0 font-semibold break-words">
          <Link
            href={`/admin/settings/notifications/${channel.id}`}
            prefetch={false}
            className={`${LINK} after:absolute after:inset-0`}
          >
            {channel.name}
          </Link>
        </h2>
        <ChannelBadge channel={channel} language={language} />
      </div>
      <p className="mt-1 text-sm break-all text-soft">
        {kind} · {channel.target}
      </p>
      {channel.lastSentAt === null ? null : (
        <p className="mt-1 text-sm text-soft tabular-nums">
          {page.lastSent} {shortTime(channel.lastSentAt, language)}
        </p>
      )}
      {wrong === null ? null : <p className="mt-2 text-sm break-words text-warn-ink">{wrong}</p>}
    </Card>
  );
}
