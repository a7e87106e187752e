import Link from "next/link";
import type { ReactNode } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import type { FormAction } from "#components/admin/action-state.ts";
import { Confirm } from "#components/admin/confirm.tsx";
import { LINK } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";

// What the pages of notification channels and of printers share: each is tried, paused, and removed.

interface ReceiverControlsProps {
  readonly words: {
    readonly test: string;
    readonly pause: string;
    readonly resume: string;
    readonly remove: string;
    readonly removeHint: string;
    readonly removeConfirm: string;
  };
  readonly working: string;
  /** Names the receiver in its forms. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly isStopped: boolean;
  /** Null while it cannot be tried. */
  readonly test: FormAction | null;
  readonly pause: FormAction;
  readonly remove: FormAction;
}

export function ReceiverControls(props: ReceiverControlsProps) {
  const { words, working, hidden, isStopped, test, pause, remove } = props;
  return (
    <div className="mt-4 flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-3 max-sm:flex-col max-sm:items-stretch">
        {test === null ? null : <ActionForm action={test} submit={words.test} working={working} hidden={hidden} />}
        <ActionForm
          action={pause}
          submit={isStopped ? words.resume : words.pause}
          working={working}
          tone="plain"
          hidden={{ ...hidden, paused: isStopped ? "no" : "yes" }}
        />
      </div>
      <Confirm label={words.remove} hint={words.removeHint} tone="danger">
        <ActionForm action={remove} submit={words.removeConfirm} working={working} tone="danger" hidden={hidden} />
      </Confirm>
    </div>
  );
}

interface ReceiverCardProps {
  readonly testId: string;
  readonly href: string;
  readonly name: string;
  readonly badge: ReactNode;
  readonly children: ReactNode;
}

/** A card that is one link to the receiver's page. */
export function ReceiverCard({ testId, href, name, badge, children }: ReceiverCardProps) {
  return (
    <Card className="relative h-full px-4 py-4 sm:px-5" data-testid={testId}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="min-w-0 font-semibold break-words">
          <Link href={href} prefetch={false} className={`${LINK} after:absolute after:inset-0`}>
            {name}
          </Link>
        </h2>
        {badge}
      </div>
      {children}
    </Card>
  );
}
