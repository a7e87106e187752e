"use client";

import { useEffect, useState } from "react";
import { toneLook } from "#components/admin/look.ts";

const WORDS = {
  zh: { title: "页面暂时打不开", hint: "订单和付款都不受影响，请稍后再试", retry: "重试" },
  en: {
    title: "This page is unavailable right now",
    hint: "Orders and payments are safe. Please try again",
    retry: "Try again",
  },
};

/** The error page of one dashboard page; the menu stays. */
export default function RoomError({ reset }: { reset: () => void }) {
  const [words, setWords] = useState(WORDS.zh);
  useEffect(() => {
    if (document.querySelector(".admin")?.getAttribute("lang") === "en") setWords(WORDS.en);
  }, []);
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
