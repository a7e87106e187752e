import Link from "next/link";
import { notFound } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { CopyButton } from "#components/controls/copy-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { WebhookDeliveryDetail } from "#lib/contract/webhook-delivery.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../../admin-request.ts";
import { resendEvent } from "../../actions.ts";
import { answerWords } from "../../endpoint-look.tsx";
import { DeliveryBadge } from "../delivery-list.tsx";

export default adminPage("keys.read", async (adminRequest, { params }) => {
  const { language, text, may } = adminRequest;
  const words = webhooksText(language);
  const delivery = await readDelivery(adminRequest, params);
  const { eventId, endpointId, type, orderId, nextTryAt, lastError } = delivery;
  return (
    <>
      <Heading title={words.eventNames[type]}>
        <DeliveryBadge delivery={delivery} language={language} />
      </Heading>
      <Card>
        <Facts
          facts={[
            { label: words.columns.when, value: fullTime(delivery.createdAt, language) },
            { label: words.delivery.id, value: <code className="font-mono text-sm">{eventId}</code> },
            orderId === null
              ? null
              : {
                  label: words.columns.order,
                  value: (
                    <Link href={`/admin/orders/${orderId}`} prefetch={false} className={LINK}>
                      {words.delivery.order}
                    </Link>
                  ),
                },
            nextTryAt === null || lastError === null
              ? null
              : {
                  label: words.deliveryStates.retrying,
                  value: fill(words.nextTry, { time: fullTime(nextTryAt, language) }),
                },
          ]}
        />
      </Card>
      {may("keys.write") && type !== "webhook.test" ? (
        <div className="mt-4">
          <ActionForm
            action={resendEvent}
            submit={words.delivery.again}
            working={text.working}
            tone="plain"
            hidden={{ endpointId, eventId }}
          />
        </div>
      ) : null}
      <Section title={words.delivery.attempts}>
        <Attempts delivery={delivery} adminRequest={adminRequest} />
      </Section>
      <Section title={words.delivery.request}>
        <Card className="px-4 py-4 sm:px-5">
          <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
            <p className="text-sm text-soft">{words.delivery.body}</p>
            <CopyButton value={delivery.payload} what={words.delivery.body} />
          </div>
          <Text label={words.delivery.body} text={readable(delivery.payload)} />
        </Card>
      </Section>
    </>
  );
});

async function readDelivery({ container }: AdminRequest, params: Readonly<Record<string, string>>) {
  const { endpointId = "", eventId = "" } = params;
  try {
    return await container.webhookLog.get({ endpointId, eventId });
  } catch (cause) {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  }
}

function Attempts({ delivery, adminRequest }: { delivery: WebhookDeliveryDetail; adminRequest: AdminRequest }) {
  const { language } = adminRequest;
  const words = webhooksText(language).delivery;
  if (delivery.attempts.length === 0) return <p className="text-soft">{words.none}</p>;
  return (
    <ol className="flex flex-col gap-3">
      {delivery.attempts.toReversed().map((attempt) => (
        <li key={attempt.number}>
          <Card className="px-4 py-4 sm:px-5">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h3 className="font-semibold">
                {fill(words.number, { number: attempt.number })} · {words.causes[attempt.cause]}
              </h3>
              <Badge tone={attempt.error === null ? "brand" : "warn"}>{answerWords(attempt, language)}</Badge>
            </div>
            <p className="mt-1 text-sm break-words text-soft">
              {[
                fullTime(attempt.startedAt, language),
                fill(words.took, { ms: attempt.durationMs }),
                attempt.signatures > 1 ? fill(words.signatures, { count: attempt.signatures }) : null,
                attempt.url,
              ]
                .filter(Boolean)
                .join(" · ")}
            </p>
            {attempt.status === null ? null : (
              <div className="mt-3">
                <p className="mb-1.5 text-sm text-soft">{attempt.answer === null ? words.noAnswer : words.answer}</p>
                {attempt.answer === null ? null : (
                  <Text
                    label={`${fill(words.number, { number: attempt.number })}: ${words.answer}`}
                    text={attempt.answer}
                  />
                )}
              </div>
            )}
          </Card>
        </li>
      ))}
    </ol>
  );
}

const LINES_MAX = 20;

/** A text of a machine, which scrolls by itself. */
function Text({ label, text }: { label: string; text: string }) {
  return (
    <textarea
      readOnly
      aria-label={label}
      rows={Math.min(LINES_MAX, text.split("\n").length + 1)}
      defaultValue={text}
      className="block w-full rounded-xl bg-sunken p-3 font-mono text-sm"
    />
  );
}

function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
