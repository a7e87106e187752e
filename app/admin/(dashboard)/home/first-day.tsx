import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import type { AdminRequest } from "../../admin-request.ts";

/** Before the first order: what to do next, in the order of how soon it works. */
export function FirstDay({ text: { home }, may, container }: AdminRequest) {
  const { first } = home;
  const steps = [
    ...(container.settings.sandbox ? [{ title: first.tryTitle, hint: first.try, href: "/" }] : []),
    ...(may("collection.write")
      ? [{ title: first.codeTitle, hint: first.code, href: "/admin/collection-codes/new" }]
      : []),
    ...(may("config.write") ? [{ title: first.setupTitle, hint: first.setup, href: "/admin/settings" }] : []),
    ...(may("keys.write") ? [{ title: first.apiTitle, hint: first.api, href: "/admin/settings/keys" }] : []),
  ];
  return (
    <Card className="overflow-hidden" data-testid="first-day">
      <div className="px-5 pt-6 pb-4">
        <h2 className="text-xl font-semibold">{first.title}</h2>
        <p className="mt-1 text-soft">{first.intro}</p>
      </div>
      <ol>
        {steps.map(({ title, hint, href }, at) => (
          <li key={href} className="relative flex gap-4 border-t border-line px-5 py-4 hover:bg-sunken">
            <span
              aria-hidden="true"
              className="flex size-8 shrink-0 items-center justify-center rounded-full bg-brand-soft font-semibold text-brand-ink"
            >
              {at + 1}
            </span>
            <span>
              <Link href={href} prefetch={false} className="font-medium after:absolute after:inset-0">
                {title}
              </Link>
              <span className="mt-0.5 block text-sm text-soft">{hint}</span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
