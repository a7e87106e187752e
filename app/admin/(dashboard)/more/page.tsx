import Link from "next/link";
import { Heading } from "#components/admin/heading.tsx";
import { Icon } from "#components/admin/icons.tsx";
import { Card } from "#components/ui/card.tsx";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { adminPage } from "../../admin-page.tsx";
import { menuEntries } from "../menu-entries.ts";

const ALERTS_COUNTED = 100;

/** What has no tab of its own on a phone. */
export default adminPage(null, async (adminRequest) => {
  const { container, session, text } = adminRequest;
  const open = await listAlerts(container.database.pool, { onlyOpen: true, limit: ALERTS_COUNTED });
  const behind = menuEntries(adminRequest, open.length).filter(({ onPhone }) => onPhone === "more");
  return (
    <>
      <Heading title={text.nav.more} />
      <Card className="overflow-hidden">
        <ul className="divide-y divide-line">
          {behind.map(({ href, label, icon, count = 0 }) => (
            <li key={href}>
              <Link href={href} prefetch={false} className="flex min-h-14 items-center gap-4 px-4">
                {icon === undefined ? null : <Icon name={icon} />}
                <span className="flex-1">{label}</span>
                {count === 0 ? null : (
                  <span className="min-w-6 rounded-full bg-warn-ink px-1.5 text-center text-sm text-surface">
                    {count}
                  </span>
                )}
                <span aria-hidden="true" className="text-soft">
                  ›
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </Card>
      <p className="mt-4 text-sm break-words text-soft">
        {session.user.email} · {text.roles[session.user.role]}
      </p>
    </>
  );
});
