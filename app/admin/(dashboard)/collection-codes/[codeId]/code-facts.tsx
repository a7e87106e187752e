import { Facts } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import { listStores } from "#lib/storage/tills/places.ts";
import { collectionText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** The facts of a code and its takings. */
export async function CodeFacts({ code, adminRequest }: { code: CollectionCodeView; adminRequest: AdminRequest }) {
  const { language } = adminRequest;
  const { facts, columns, form, times, open } = collectionText(language);
  const place = await placeName(code, adminRequest);
  const bounds = { min: amountText(code.amountMin ?? 0), max: amountText(code.amountMax ?? 0) };
  return (
    <>
      <p className="px-4 pt-5 sm:px-5">
        <span className="text-sm text-soft">{columns.sum}</span>
        <strong className="mt-1 block text-3xl font-semibold tabular-nums" data-testid="code-sum">
          {amountText(code.paidAmount)}
        </strong>
        <span className="text-sm text-soft">{fill(times, { count: code.paidCount })}</span>
      </p>
      <Facts
        facts={[
          {
            label: columns.amount,
            value: code.amount === null ? fill(facts.between, bounds) : amountText(code.amount),
          },
          code.scene === null ? null : { label: columns.scene, value: sceneText(language).names[code.scene] },
          code.itemName === null ? null : { label: form.itemName, value: code.itemName },
          code.category === null ? null : { label: form.category, value: code.category },
          place === null ? null : { label: facts.place, value: place },
          { label: facts.code, value: <code className="font-mono text-sm">{code.code}</code> },
          {
            label: facts.link,
            value: (
              <a href={code.url} target="_blank" rel="noopener" className={`${LINK} inline-block py-2.5`}>
                {open}
              </a>
            ),
          },
          { label: facts.createdBy, value: code.createdBy },
          { label: facts.created, value: fullTime(code.createdAt, language) },
          code.retiredAt === null ? null : { label: facts.retired, value: fullTime(code.retiredAt, language) },
        ]}
      />
    </>
  );
}

/** Where its payments count, by name. */
async function placeName({ storeCode, tillCode }: CollectionCodeView, { container }: AdminRequest) {
  if (storeCode === null) return null;
  const store = (await listStores(container.database.pool)).find(({ code }) => code === storeCode);
  const till = store?.tills.find(({ code }) => code === tillCode);
  return [store?.name ?? storeCode, till?.name ?? tillCode].filter((each) => each !== null).join(" · ");
}
