import Link from "next/link";
import { Card } from "../ui/card.tsx";

interface FigureCardProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly href?: string;
}

export function FigureCard({ label, value, note, href }: FigureCardProps) {
  return (
    <Card className="relative px-4 py-4 sm:px-5">
      <p className="text-sm text-soft">
        {href === undefined ? (
          label
        ) : (
          <Link href={href} prefetch={false} className="after:absolute after:inset-0">
            {label}
          </Link>
        )}
      </p>
      <p className="mt-1 text-2xl font-semibold break-all tabular-nums sm:text-3xl">{value}</p>
      {note === undefined ? null : <p className="mt-1 text-sm text-soft">{note}</p>}
    </Card>
  );
}
