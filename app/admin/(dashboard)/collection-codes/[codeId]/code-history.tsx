import { Section } from "#components/admin/heading.tsx";
import { Timeline } from "#components/admin/timeline.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { CollectionCodeView } from "#lib/contract/collection-code.ts";
import { isScene } from "#lib/intelligence/index.ts";
import { type AuditDetail, listAudit } from "#lib/storage/operations/audit-log.ts";
import { collectionText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { sceneText } from "#lib/texts/scene.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { auditActor, auditTitle } from "../../audit-words.ts";

const HISTORY_SHOWN = 50;

/** The history of a code: who created and changed it, and what changed. */
export async function CodeHistory({ code, adminRequest }: { code: CollectionCodeView; adminRequest: AdminRequest }) {
  const { container, text, language } = adminRequest;
  const entries = await listAudit(container.database.pool, { subjects: [code.id], limit: HISTORY_SHOWN });
  const events = entries.map((entry) => ({
    id: entry.id,
    at: entry.at,
    title: auditTitle(entry, text),
    detail: detailText(entry.detail, language),
    actor: auditActor(entry, text),
  }));
  return (
    <Section title={collectionText(language).history}>
      <Card>
        <Timeline events={events} language={language} />
      </Card>
    </Section>
  );
}

/** Records hold fen and field names; people read yuan and labels. */
function detailText(detail: AuditDetail, language: Language): string {
  const { columns, form, facts } = collectionText(language);
  const labels: Readonly<Record<string, string>> = {
    label: columns.label,
    amount: form.amount,
    amountMin: form.min,
    amountMax: form.max,
    scene: columns.scene,
    itemName: form.itemName,
    category: form.category,
    storeCode: facts.storeCode,
    tillCode: facts.tillCode,
  };
  return Object.entries(detail)
    .map(([name, value]) => `${labels[name] ?? name} ${valueText(name, String(value), language)}`)
    .join(" · ");
}

function valueText(name: string, value: string, language: Language): string {
  if (name.startsWith("amount")) return value.replace(/\d+/g, (digits) => amountText(Number(digits)));
  if (name !== "scene") return value;
  return value.replace(/\w+/g, (scene) => (isScene(scene) ? sceneText(language).names[scene] : scene));
}
