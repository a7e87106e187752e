import { useEffect } from "react";
import { ANSWER_WITHIN_MS, abortAfter } from "#components/ui/live-data.ts";

/** Answers the form of code-entry.tsx in place: what was typed stays, and the page comes anew only with a new price. */
export function useCodeEntry(): void {
  useEffect(() => {
    const onSubmit = (event: Event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.dataset.codeEntry === undefined) return;
      event.preventDefault();
      void enter(form);
    };
    document.addEventListener("submit", onSubmit);
    return () => document.removeEventListener("submit", onSubmit);
  }, []);
}

async function enter(form: HTMLFormElement): Promise<void> {
  const { working = "", failed = "" } = form.dataset;
  const [field, button, said] = [
    form.querySelector("input"),
    form.querySelector("button"),
    form.querySelector("output"),
  ];
  if (field === null || button === null || said === null || button.getAttribute("aria-disabled") === "true") return;
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = working;
  said.textContent = "";
  const reply = await ask(form.action, field.value);
  if (reply?.href != null) {
    location.assign(reply.href);
    return;
  }
  button.removeAttribute("aria-disabled");
  button.textContent = label;
  // What the page came with is about an earlier code.
  form.closest("section")?.querySelector("[role=status]")?.replaceChildren();
  said.textContent = reply?.message ?? failed;
  field.focus();
}

interface CodeReply {
  readonly message: string;
  /** Where the new price is shown. */
  readonly href: string | null;
}

/** @returns null where there was no answer */
async function ask(url: string, code: string): Promise<CodeReply | null> {
  try {
    const body = new URLSearchParams({ code });
    const answer = await fetch(url, {
      method: "POST",
      headers: { accept: "application/json" },
      body,
      signal: abortAfter(ANSWER_WITHIN_MS),
    });
    return answer.ok ? ((await answer.json()) as CodeReply) : null;
  } catch {
    return null;
  }
}
