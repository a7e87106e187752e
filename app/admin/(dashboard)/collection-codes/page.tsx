import Link from "next/link";
import { TableCard } from "#components/admin/card-list.tsx";
import type { Column } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { COLLECTION_STATUSES, type CollectionCodeView } from "#lib/contract/collection-code.ts";
import { collectionText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { isCodeId } from "./code-id.ts";

const LIMIT = 25;
const PAGE = "/admin/collection-codes";

export default adminPage("collection.read", async (adminRequest, { search }) => {
  const { container, text, language } = adminRequest;
  const words = collectionText(language);
  const wished = search.status === "all" ? undefined : COLLECTION_STATUSES.find((each) => each === search.status);
  const status = search.status === "all" ? undefined : (wished ?? "active");
  const cursor = isCodeId(search.cursor) ? search.cursor : undefined;
  const { data, nextCursor } = await container.collection.list({ status, cursor, limit: LIMIT });
  const address = (query: Record<string, string>) => `${PAGE}?${new URLSearchParams(query)}`;
  const kept = { status: status ?? "all" };
  return (
    <>
      <Heading title={words.title}>
        {adminRequest.may("collection.write") ? (
          <Link href={`${PAGE}/new`} prefetch={false} className={toneLook("primary")}>
            {words.make}
          </Link>
        ) : null}
      </Heading>
      <p className="mb-4 text-soft">{words.hint}</p>
      <Tabs
        label={words.columns.state}
        tabs={(["active", "retired", "all"] as const).map((each) => ({
          href: address({ status: each }),
          label: words.tabs[each],
          here: (status ?? "all") === each,
        }))}
      />
      <TableCard
        empty={<EmptyState title={status === "retired" ? words.nothing : words.empty} hint={words.emptyHint} />}
        caption={words.title}
        columns={columnsOf(adminRequest)}
        rows={data.map((code) => rowOf(code, adminRequest))}
      />
      <Pager
        words={text}
        first={cursor === undefined ? null : address(kept)}
        next={nextCursor === null ? null : address({ ...kept, cursor: nextCursor })}
      />
    </>
  );
});

function columnsOf({ language }: AdminRequest): readonly Column[] {
  const { label, amount, scene, times, sum, state } = collectionText(language).columns;
  return [
    { key: "label", label, card: "title" },
    { key: "amount", label: amount, card: "body" },
    { key: "scene", label: scene, card: "foot" },
    { key: "times", label: times, align: "end" },
    { key: "sum", label: sum, align: "end", card: "figure" },
    { key: "state", label: state, card: "state" },
  ];
}

function rowOf(code: CollectionCodeView, { text, language }: AdminRequest) {
  const words = collectionText(language);
  return {
    key: code.id,
    href: `${PAGE}/${code.id}`,
    cells: [
      code.label,
      <span key="amount" className="tabular-nums">
        {code.amount === null ? words.free : amountText(code.amount)}
      </span>,
      code.scene === null ? text.none : sceneText(language).names[code.scene],
      <span key="times" className="tabular-nums">
        {fill(words.times, { count: code.paidCount })}
      </span>,
      <strong key="sum" className="font-semibold whitespace-nowrap tabular-nums">
        {amountText(code.paidAmount)}
      </strong>,
      <Badge key="state" tone={code.status === "active" ? "brand" : "plain"}>
        {words.states[code.status]}
      </Badge>,
    ],
  };
}
