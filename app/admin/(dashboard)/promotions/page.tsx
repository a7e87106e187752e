import Link from "next/link";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import { type PromotionStage, promotionStage, STAGES, type StoredPromotion } from "#lib/payment/index.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { PromotionCard } from "./promotion-card.tsx";
import { isPromotionId } from "./promotion-id.ts";

const PAGE = "/admin/promotions";
const ARCHIVED_SHOWN = 20;

/** What runs, what will, what is paused, what has ended. */
export default adminPage("promotions.read", async (adminRequest, { search }) => {
  const { container, language, text } = adminRequest;
  const words = promotionsText(language);
  const { promotions } = container.payments;
  const inUse = await promotions.stored({ statuses: ["active", "paused"], limit: PROMOTIONS_ACTIVE_MAX });
  const byStage = stagesOf(inUse, container.clock.now());
  const stage = STAGES.find((each) => each === search.stage) ?? firstStage(byStage);
  const after = isPromotionId(search.cursor) ? search.cursor : undefined;
  const archived =
    stage === "ended" ? await promotions.stored({ statuses: ["archived"], after, limit: ARCHIVED_SHOWN + 1 }) : [];
  const shown = [...(after === undefined ? byStage[stage] : []), ...archived.slice(0, ARCHIVED_SHOWN)];
  const last = archived.length > ARCHIVED_SHOWN ? archived[ARCHIVED_SHOWN - 1] : undefined;
  return (
    <>
      <Heading title={words.title}>
        <MakeLink adminRequest={adminRequest} />
      </Heading>
      <p className="mb-4 max-w-prose text-soft">{words.hint}</p>
      <Tabs
        label={words.tabs}
        tabs={STAGES.map((each) => ({
          href: `${PAGE}?stage=${each}`,
          label: each === "ended" ? words.stages[each] : `${words.stages[each]} ${byStage[each].length}`,
          here: each === stage,
        }))}
      />
      <CardList
        items={shown.map((promotion) => ({ id: promotion.rule.id, promotion }))}
        gap="gap-4"
        empty={
          inUse.length === 0 && stage !== "ended" ? (
            <EmptyState title={words.empty} hint={words.emptyHint} />
          ) : (
            <EmptyState title={words.nothing} hint={words.nothingHint} />
          )
        }
      >
        {({ promotion }) => <PromotionCard promotion={promotion} adminRequest={adminRequest} />}
      </CardList>
      <Pager
        words={text}
        first={after === undefined ? null : `${PAGE}?stage=ended`}
        next={last === undefined ? null : `${PAGE}?stage=ended&cursor=${last.rule.id}`}
      />
    </>
  );
});

const MakeLink = ({ adminRequest }: { adminRequest: AdminRequest }) =>
  adminRequest.may("promotions.write") ? (
    <Link href={`${PAGE}/new`} prefetch={false} className={toneLook("primary")}>
      {promotionsText(adminRequest.language).make}
    </Link>
  ) : null;

function stagesOf(promotions: readonly StoredPromotion[], now: Date): Record<PromotionStage, StoredPromotion[]> {
  const found: Record<PromotionStage, StoredPromotion[]> = { running: [], scheduled: [], paused: [], ended: [] };
  for (const promotion of promotions) found[promotionStage(promotion, now).stage].push(promotion);
  return found;
}

/** The first that has something. */
const firstStage = (found: Record<PromotionStage, StoredPromotion[]>): PromotionStage =>
  STAGES.find((stage) => found[stage].length > 0) ?? "running";
