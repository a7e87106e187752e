import Link from "next/link";
import { toneLook } from "./look.ts";

interface PagerProps {
  readonly words: { readonly more: string; readonly first: string };
  readonly first: string | null;
  readonly next: string | null;
}

/** Links to the next page and the first page; the browser's back button goes one page back. */
export function Pager({ words, first, next }: PagerProps) {
  if (first === null && next === null) return null;
  return (
    <p className="mt-4 flex flex-wrap gap-3">
      {first === null ? null : (
        <Link href={first} prefetch={false} className={toneLook("plain")}>
          {words.first}
        </Link>
      )}
      {next === null ? null : (
        <Link href={next} prefetch={false} className={toneLook("plain")}>
          {words.more}
        </Link>
      )}
    </p>
  );
}
