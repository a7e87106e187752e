import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Select } from "#components/admin/field.tsx";
import { Section } from "#components/admin/heading.tsx";
import { LINK } from "#components/admin/look.ts";
import { shortTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { KnownChannel } from "#lib/storage/notifications/notification-channels.ts";
import { listReceiptMails, readReceiptMailChannel } from "#lib/storage/notifications/receipt-mails.ts";
import { notificationsText, storyText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { receiptMailTitle } from "../../receipt-mail-title.ts";
import { chooseReceiptMails } from "./actions.ts";

const MAILS_SHOWN = 10;

interface ReceiptMailSectionProps {
  readonly channels: readonly KnownChannel[];
  readonly adminRequest: AdminRequest;
}

/** Whether shoppers can have their receipt sent by e-mail, by which server, and what was sent. */
export async function ReceiptMailSection({ channels, adminRequest }: ReceiptMailSectionProps) {
  const { container, language, text, may } = adminRequest;
  const { receipts } = notificationsText(language).page;
  const { pool } = container.database;
  const mailChannels = channels.filter(({ kind }) => kind === "email");
  const [chosen, mails] = await Promise.all([
    readReceiptMailChannel(pool),
    listReceiptMails(pool, { limit: MAILS_SHOWN }),
  ]);
  const options = [
    { value: "", label: receipts.off },
    ...mailChannels.map(({ id, name, target }) => ({ value: id, label: `${name} · ${target}` })),
  ];
  return (
    <Section title={receipts.title} id="receipts">
      <Card className="flex max-w-2xl flex-col gap-4 px-4 py-4 sm:px-5">
        <p className="max-w-prose text-soft">{receipts.hint}</p>
        {mailChannels.length === 0 ? (
          <Notice>{receipts.noChannel}</Notice>
        ) : may("notifications.write") ? (
          <ActionForm action={chooseReceiptMails} submit={receipts.save} working={text.working}>
            <Select
              // A saved choice is shown at once.
              key={chosen ?? ""}
              name="receiptChannel"
              label={receipts.channel}
              options={options}
              defaultValue={chosen ?? ""}
            />
          </ActionForm>
        ) : (
          <p>{options.find(({ value }) => value === (chosen ?? ""))?.label}</p>
        )}
        {mails.length === 0 ? null : (
          <div>
            <h3 className="font-semibold">{receipts.recent}</h3>
            <ul className="mt-1 text-sm">
              {mails.map((mail) => (
                <li key={mail.id} className="border-t border-line py-2 first:border-t-0">
                  <Link href={`/admin/orders/${mail.orderId}#story`} prefetch={false} className={LINK}>
                    {receiptMailTitle(mail, storyText(language), notificationsText(language))}
                  </Link>
                  <span className="block text-soft tabular-nums">
                    {[shortTime(mail.createdAt, language), mail.lastAnswer].filter(Boolean).join(" · ")}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Card>
    </Section>
  );
}
