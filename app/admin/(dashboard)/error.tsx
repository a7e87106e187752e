"use client";

import { useErrorWords } from "#components/admin/error-words.tsx";
import { toneLook } from "#components/admin/look.ts";

/** The error page of one dashboard page; the menu stays. */
export default function RoomError({ reset }: { reset: () => void }) {
  const words = useErrorWords();
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-20 text-center">
      <h1 className="text-xl font-semibold">{words.title}</h1>
      <p className="text-soft">{words.hint}</p>
      <button type="button" onClick={reset} className={toneLook("primary")}>
        {words.retry}
      </button>
    </div>
  );
}
