import { DataTable } from "#components/admin/data-table.tsx";
import { Facts, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { amountText } from "#components/ui/amount.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Rfm, Uplift } from "#lib/intelligence/index.ts";
import type { ListedAlert } from "#lib/storage/operations/alerts.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../admin-request.ts";

const Quiet = ({ children }: { children: string }) => (
  <Card>
    <p className="px-5 py-6 text-soft">{children}</p>
  </Card>
);

interface UnusualHoursProps extends Pick<AdminRequest, "text" | "language"> {
  readonly alerts: readonly ListedAlert[];
}

export function UnusualHours({ alerts, text, language }: UnusualHoursProps) {
  const { insights } = text;
  return (
    <Section title={insights.strange}>
      {alerts.length === 0 ? (
        <Quiet>{insights.strangeNone}</Quiet>
      ) : (
        <Card className="overflow-hidden">
          <DataTable
            caption={insights.strange}
            columns={[
              { key: "what", label: insights.strange, card: "title" },
              { key: "figure", label: insights.rate, card: "figure" },
              { key: "when", label: insights.span, card: "foot" },
            ]}
            rows={alerts.map((alert) => ({
              key: alert.id,
              href: "/admin/alerts",
              cells: [
                text.alerts.kinds[alert.kind]?.[0] ?? alert.kind,
                String(alert.detail.figure ?? ""),
                fullTime(alert.createdAt, language),
              ],
            }))}
          />
        </Card>
      )}
    </Section>
  );
}

const signed = (amount: number): string => `${amount < 0 ? "−" : "+"}${amountText(Math.abs(Math.round(amount)))}`;

/** Without a control group no uplift is claimed. */
export function Offers({ result, words }: { result: Uplift; words: AdminText["insights"] }) {
  const { perShopper, verdict, segments } = result;
  if (perShopper === null) {
    return (
      <Section title={words.offers}>
        <Quiet>{words.noControl}</Quiet>
      </Section>
    );
  }
  const given = segments.reduce((sum, { cost }) => sum + cost, 0);
  return (
    <Section title={words.offers}>
      <Card>
        <p className="px-5 pt-5 font-medium">{words.verdicts[verdict]}</p>
        <Facts
          facts={[
            {
              label: words.perShopper,
              value: `${signed(perShopper.value)} (${signed(perShopper.low)} – ${signed(perShopper.high)})`,
            },
            { label: words.cost, value: amountText(given) },
          ]}
        />
      </Card>
    </Section>
  );
}

export function Segments({ rfm, words }: { rfm: Rfm; words: AdminText["insights"] }) {
  const known = rfm.segments.filter(({ shoppers }) => shoppers !== 0);
  return (
    <Section title={words.segments}>
      {known.every(({ shoppers }) => shoppers === null) ? (
        <Quiet>{words.segmentsNone}</Quiet>
      ) : (
        <Card className="overflow-hidden">
          <DataTable
            caption={words.segments}
            columns={[
              { key: "segment", label: words.segment, card: "title" },
              { key: "shoppers", label: words.shoppers, align: "end", card: "foot" },
              { key: "money", label: words.money, align: "end", card: "figure" },
            ]}
            rows={known.map(({ name, shoppers, money }) => ({
              key: name,
              cells: [
                words.segmentNames[name],
                shoppers === null ? words.few : String(shoppers),
                money === null ? "—" : amountText(money),
              ],
            }))}
          />
        </Card>
      )}
    </Section>
  );
}
