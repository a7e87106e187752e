"use client";

import Link from "next/link";
import { type ReactNode, useId, useState } from "react";
import { toneLook } from "./look.ts";

interface FilterFoldProps {
  readonly words: { readonly show: string; readonly hide: string };
  /** How many of the folded conditions are set. */
  readonly count: number;
  /** The page with its conditions unfolded, for a phone without scripts. */
  readonly openHref: string;
  readonly isOpen: boolean;
  /** What is always there: the search and the button that sends. */
  readonly search: ReactNode;
  readonly submit: ReactNode;
  readonly children: ReactNode;
}

/** The conditions of a list: in view on a desktop, folded on a phone until they are asked for. */
export function FilterFold({ words, count, openHref, isOpen, search, submit, children }: FilterFoldProps) {
  const id = useId();
  const [open, setOpen] = useState(isOpen);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-60">{search}</div>
        <div className="flex gap-3 max-lg:w-full max-lg:[&>*]:flex-1">
          <Link
            href={openHref}
            prefetch={false}
            role="button"
            aria-expanded={open}
            aria-controls={id}
            className={`${toneLook("plain")} px-3 whitespace-nowrap lg:hidden`}
            onClick={(event) => {
              event.preventDefault();
              setOpen(!open);
            }}
          >
            {open ? words.hide : words.show}
            {count === 0 ? null : (
              <span className="rounded-full bg-brand-soft px-2 text-sm text-brand-ink tabular-nums">{count}</span>
            )}
          </Link>
          {submit}
        </div>
      </div>
      <div id={id} className={`grid gap-3 sm:grid-cols-2 lg:grid-cols-4 ${open ? "" : "max-lg:hidden"}`}>
        {children}
      </div>
    </div>
  );
}
