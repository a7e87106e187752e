import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { TableCard } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import type { Column } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Field } from "#components/admin/field.tsx";
import { FileLink } from "#components/admin/file-link.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { LINK, toneLook } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { CodeFiguresView } from "#components/admin/promotions/code-figures.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { CODE_STATES, type PromotionCodeView } from "#lib/contract/promotion-codes.ts";
import { codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { nameOf } from "../../promotion-words.ts";
import { readPromotion } from "../read-promotion.ts";
import { revokeCode, revokeFreeCodes } from "./actions.ts";
import { AddCodes } from "./add-codes.tsx";
import { codeFilterOf } from "./code-filter.ts";

const LIMIT = 20;

/** The codes of one promotion: made, taken in, found, revoked, taken away as a file. */
export default adminPage("promotions.read", async (adminRequest, { params, search }) => {
  const { container, language, text, may } = adminRequest;
  const promotion = await readPromotion(adminRequest, params.promotionId);
  const { id } = promotion.rule;
  const words = codesText(language);
  const { promotionCodes } = container.payments;
  const { q, state, cursor } = codeFilterOf(search);
  const figures = await promotionCodes.figures(id);
  const { data, nextCursor } = await promotionCodes.list(id, { q, state, cursor, limit: LIMIT });
  const page = `/admin/promotions/${id}/codes`;
  const address = (query: Record<string, string | undefined>) => {
    const entries = Object.entries({ q, state, ...query }).filter((entry): entry is [string, string] => !!entry[1]);
    return entries.length === 0 ? page : `${page}?${new URLSearchParams(entries)}`;
  };
  const mayAdd = may("promotions.write") && promotion.status !== "archived" && promotion.rule.needsCode === true;
  return (
    <>
      <Heading title={`${words.title} · ${nameOf(promotion.rule, language)}`}>
        {mayAdd ? (
          <a href="#add" className={toneLook("primary")}>
            {words.add}
          </a>
        ) : null}
      </Heading>
      <p className="mb-4 max-w-prose text-soft">{words.hint}</p>
      <Card className="mb-5 px-4 py-4 sm:px-5">
        <CodeFiguresView figures={figures} words={words} />
      </Card>
      <Section title={words.search}>
        <form method="get" action={page} className="mb-4 flex items-end gap-3">
          <div className="min-w-0 flex-1 sm:max-w-sm">
            <Field label={words.searchLabel} name="q" defaultValue={q ?? ""} maxLength={64} autoComplete="off" />
          </div>
          {state === undefined ? null : <input type="hidden" name="state" value={state} />}
          <button type="submit" className={toneLook("plain")}>
            {words.searchSubmit}
          </button>
        </form>
        <Tabs
          label={words.tabs}
          tabs={[undefined, ...CODE_STATES].map((each) => ({
            href: address({ state: each }),
            label: each === undefined ? words.all : words.states[each],
            here: state === each,
          }))}
        />
        <TableCard
          empty={
            <EmptyState
              title={figures.total === 0 ? words.none : words.notFound}
              hint={figures.total === 0 ? "" : words.notFoundHint}
            />
          }
          caption={words.title}
          columns={columnsOf(adminRequest)}
          rows={data.map((code) => rowOf(code, id, adminRequest))}
        />
        <Pager
          words={text}
          first={cursor === undefined ? null : address({})}
          next={nextCursor === null ? null : address({ cursor: nextCursor })}
        />
      </Section>
      {mayAdd ? <AddCodes promotionId={id} adminRequest={adminRequest} /> : null}
      <div className="mt-6 flex flex-wrap gap-3">
        <a href={`/admin/promotions/${id}`} className={toneLook("plain")}>
          {words.back}
        </a>
        {may("promotions.write") && figures.total > 0 ? (
          <FileLink
            href={address({}).replace(page, `${page}/export.csv`)}
            label={words.download}
            className={toneLook("plain")}
          >
            <span aria-hidden="true">↓</span>
            {words.download}
          </FileLink>
        ) : null}
        {may("promotions.write") && figures.free > 0 ? (
          <Confirm label={words.revokeFree} hint={fill(words.revokeFreeHint, { count: figures.free })} tone="danger">
            <ActionForm
              action={revokeFreeCodes}
              hidden={{ promotionId: id }}
              submit={words.revokeConfirm}
              working={text.working}
              tone="danger"
            />
          </Confirm>
        ) : null}
      </div>
    </>
  );
});

function columnsOf({ language, may }: AdminRequest): readonly Column[] {
  const { columns, qr, revoke } = codesText(language);
  return [
    { key: "code", label: columns.code, card: "title" },
    { key: "label", label: columns.label },
    { key: "uses", label: columns.uses, align: "end", card: "figure" },
    { key: "state", label: columns.state },
    { key: "order", label: columns.order },
    { key: "created", label: columns.created },
    { key: "qr", label: qr.open },
    ...(may("promotions.write") ? [{ key: "revoke", label: revoke }] : []),
  ];
}

const TONES = { free: "brand", used: "plain", revoked: "warn" } as const;

function rowOf(code: PromotionCodeView, promotionId: string, { language, text, may }: AdminRequest) {
  const words = codesText(language);
  const { uses, maxUses, orderId } = code;
  return {
    key: code.id,
    cells: [
      <span key="code" className="font-mono [overflow-wrap:anywhere]">
        {code.code}
      </span>,
      code.label ?? text.none,
      <span key="uses" className="tabular-nums">
        {maxUses === null ? fill(words.usesFree, { uses }) : fill(words.usesOf, { uses, max: maxUses })}
      </span>,
      <Badge key="state" tone={TONES[code.state]}>
        {words.states[code.state]}
      </Badge>,
      orderId === null ? (
        text.none
      ) : (
        <Link
          key="order"
          href={`/admin/orders/${orderId}`}
          prefetch={false}
          className={`${LINK} inline-flex min-h-11 items-center`}
        >
          {words.seeOrder}
        </Link>
      ),
      shortTime(code.createdAt, language),
      code.state !== "free" ? (
        text.none
      ) : (
        <Link
          key="qr"
          href={`/admin/promotions/${promotionId}/codes/qr?${new URLSearchParams({ code: code.code })}`}
          prefetch={false}
          aria-label={fill(words.qr.openLabel, { code: code.code })}
          className={`${LINK} inline-flex min-h-11 items-center`}
        >
          {words.qr.open}
        </Link>
      ),
      ...(may("promotions.write")
        ? [code.state === "revoked" ? text.none : <Revoke key="revoke" code={code} {...{ promotionId, words, text }} />]
        : []),
    ],
  };
}

interface RevokeProps {
  readonly code: PromotionCodeView;
  readonly promotionId: string;
  readonly words: ReturnType<typeof codesText>;
  readonly text: AdminRequest["text"];
}

const Revoke = ({ code, promotionId, words, text }: RevokeProps) => (
  <Confirm label={words.revoke} hint={fill(text.named, { name: code.code, value: words.revokeHint })}>
    <ActionForm
      action={revokeCode}
      hidden={{ promotionId, codeId: code.id }}
      submit={words.revokeConfirm}
      label={fill(words.revokeLabel, { code: code.code })}
      working={text.working}
      tone="danger"
    />
  </Confirm>
);
