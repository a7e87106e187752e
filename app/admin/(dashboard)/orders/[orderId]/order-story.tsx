import Link from "next/link";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { LINK } from "#components/admin/look.ts";
import { Tabs } from "#components/admin/tabs.tsx";
import { Timeline } from "#components/admin/timeline.tsx";
import { Card } from "#components/ui/card.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderStory as StoryFacts } from "#lib/storage/orders/order-story.ts";
import { storyText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { STORY_KINDS, type StoryKind, storyEvents } from "./story.tsx";

interface OrderStoryProps {
  readonly order: OrderView;
  readonly story: StoryFacts;
  /** Of the address: `show`, the kind; `sort`, `oldest` or nothing. */
  readonly search: Readonly<Record<string, string>>;
  readonly adminRequest: AdminRequest;
}

/** All that happened around an order on one line of time, of one kind or all, from either end. The choices are in the address. */
export function OrderStory({ order, story, search, adminRequest }: OrderStoryProps) {
  const { text, language } = adminRequest;
  const words = storyText(language);
  const kind = STORY_KINDS.find((each) => each === search.show) ?? "all";
  const oldestFirst = search.sort === "oldest";
  const address = (show: StoryKind | "all", oldest: boolean): string => {
    const query = new URLSearchParams({
      ...(show === "all" ? {} : { show }),
      ...(oldest ? { sort: "oldest" } : {}),
    }).toString();
    return `/admin/orders/${order.id}${query === "" ? "" : `?${query}`}#story`;
  };
  const events = storyEvents({ order, story, kind }, adminRequest);
  const sorted = oldestFirst ? events : events.toReversed();
  const tabs = (["all", ...STORY_KINDS] as const).map((each) => ({
    href: address(each, oldestFirst),
    label: words.kinds[each],
    here: each === kind,
  }));
  return (
    <section id="story" className="min-w-0 scroll-mt-4">
      <div className="mb-1 flex flex-wrap items-center justify-between gap-x-4">
        <h2 className="text-lg font-semibold">{text.order.story}</h2>
        <Link
          href={address(kind, !oldestFirst)}
          prefetch={false}
          className={`${LINK} inline-flex min-h-11 items-center text-sm`}
        >
          {oldestFirst ? words.newestFirst : words.oldestFirst}
        </Link>
      </div>
      <Tabs tabs={tabs} label={words.filter} />
      <Card>
        {sorted.length === 0 ? (
          <EmptyState title={words.empty} hint="" />
        ) : (
          <Timeline events={sorted} language={language} />
        )}
      </Card>
    </section>
  );
}
